// Who moved a weight: every change outside an optimiser step is seen, named and measured; the optimiser's own never.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const BATCH = tokenBatch(3, 5, 11);

function make() {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2 });
  return { model, trainer: new Trainer(model, { ...SETTINGS, bs: 3, bptt: 5 }) };
}

onEachBackend('parameter watch', (backend) => {
  test('steps, evaluations, saving and nudging move nothing', () => {
    const { trainer } = make();
    for (let step = 1; step <= 40; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      if (step % 10 === 0) trainer.evaluate([BATCH]);
      if (step % 15 === 0) trainer.weights();
      if (step === 20) trainer.startAveraging(step);
      if (step % 9 === 0) trainer.nudged(BATCH);
      if (step === 7) trainer.resetHidden();
    }
    assert.deepEqual(trainer.moved, []);
  });

  test('a parameter that somebody assigns is named, with the step and the norm of the change', () => {
    const { model, trainer } = make();
    trainer.step(BATCH, { step: 1, lr: 0.01 });
    trainer.weights();
    const bias = model.namedParameters().get('1.decoder.bias')!;
    tf.tidy(() => bias.assign(tf.add(bias.variable, 0.5)));
    trainer.step(BATCH, { step: 2, lr: 0.01 });
    trainer.step(BATCH, { step: 3, lr: 0.01 });
    const [moved, ...more] = trainer.moved;
    assert.deepEqual(
      [moved?.name, moved?.step, moved?.during, more.length],
      ['1.decoder.bias', 2, 'no optimiser step', 0],
    );
    assert.ok(Math.abs(moved!.change - 0.5 * Math.sqrt(11)) < 1e-5, String(moved!.change));
  });

  test('one that moves during an evaluation says so', () => {
    const { model, trainer } = make();
    trainer.step(BATCH, { step: 1, lr: 0.01 });
    const weight = model.namedParameters().get('0.encoder.weight')!;
    const passes = trainer.evaluation([BATCH, BATCH], 1);
    passes.next();
    tf.tidy(() => weight.assign(tf.mul(weight.variable, 2)));
    while (passes.next().done !== true);
    trainer.step(BATCH, { step: 2, lr: 0.01 });
    assert.deepEqual(
      trainer.moved.map(({ name, step, during }) => [name, step, during]),
      [['0.encoder.weight', 1, 'an evaluation']],
    );
  });

  test(
    'values overwritten in place are seen where a backend hands out its own memory',
    { skip: backend !== 'cpu' && 'only the cpu backend hands out its own memory' },
    () => {
      const { model, trainer } = make();
      for (let step = 1; step <= 16; step++) trainer.step(BATCH, { step, lr: 0.01 });
      const weight = model.namedParameters().get('0.encoder.weight')!;
      weight.dataSync().fill(0.25);
      trainer.step(BATCH, { step: 17, lr: 0.01 });
      assert.deepEqual(
        trainer.moved.map(({ name, step }) => [name, step]),
        [['0.encoder.weight', 17]],
      );
    },
  );

  test('the output moves with every raw weight, and not with one that the layer does not use; the weights come back', () => {
    const { model, trainer } = make();
    const names = ['0.rnns.0.weight_hh_l0_raw', '0.rnns.1.weight_hh_l0_raw'];
    const before = names.map((name) => model.namedParameters().get(name)!.dataSync().slice());
    const nudged = trainer.nudged(BATCH);
    assert.deepEqual(Object.keys(nudged), names);
    assert.ok(Object.values(nudged).every((change) => change > 0));
    assert.deepEqual(
      names.map((name) => model.namedParameters().get(name)!.dataSync()),
      before,
    );
    // A layer whose outputs are multiplied by 0 further on: its weights do nothing.
    const next = model.namedParameters().get('0.rnns.1.module.weight_ih_l0')!;
    tf.tidy(() => next.assign(tf.zeros(next.shape)));
    const cut = trainer.nudged(BATCH);
    assert.equal(cut[names[0]!], 0);
    assert.ok(cut[names[1]!]! > 0);
  });

  test('an evaluation that is left early brings the model back and leaves no tensor behind', () => {
    const { model, trainer } = make();
    trainer.step(BATCH, { step: 1, lr: 0.01 });
    trainer.evaluate([BATCH]);
    const tensors = tf.memory().numTensors;
    const hidden = Array.from(model.encoder.hidden, ({ h }) => h.dataSync().slice());
    const passes = trainer.evaluation([BATCH, BATCH, BATCH], 1);
    passes.next();
    passes.return(null);
    assert.equal(model.training, true);
    assert.deepEqual(
      Array.from(model.encoder.hidden, ({ h }) => h.dataSync()),
      hidden,
    );
    assert.equal(tf.memory().numTensors, tensors);
    assert.deepEqual(trainer.moved, []);
  });

  test('nothing is left when all is disposed', () => {
    const before = tf.memory().numTensors;
    const { model, trainer } = make();
    for (let step = 1; step <= 3; step++) trainer.step(BATCH, { step, lr: 0.01 });
    trainer.nudged(BATCH);
    trainer.evaluate([BATCH]);
    trainer.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
