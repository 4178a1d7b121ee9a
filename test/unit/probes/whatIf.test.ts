// What if a step had been dropped out otherwise: the step itself comes back bit for bit, and nothing of the run is touched.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { FrozenStep } from '../../../src/engine/probes/frozenStep.ts';
import { callOfDraw, whatIfPasses, type KnownDraws } from '../../../src/engine/probes/whatIf.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { presetConfig } from '../../../src/shared/config.ts';
import type { Config } from '../../../src/shared/hyperparameters.ts';
import { pairedDifference, summaryOf } from '../../../src/shared/pairedDraws.ts';
import { valuesAsTrained, whatIfProblem, type WhatIfValues, type WhatIfView } from '../../../src/shared/whatIf.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { tokenBatch } from '../engine/smallModel.ts';

const VOCABULARY = 11;
const BATCH = tokenBatch(3, 7, VOCABULARY);
const OFF: WhatIfValues = { embed_p: 0, input_p: 0, weight_p: 0, hidden_p: 0, output_p: 0, drop_mult: 1 };

function configOf(change: Partial<Config> = {}): Config {
  const small = { emb_sz: 6, n_hid: 8, n_layers: 2, vocab_sz: VOCABULARY, bs: 3, bptt: 7, seed: 3, embed_p: 0.2 };
  return { ...presetConfig('small'), ...small, ...change };
}

/** After `steps` steps, so that the last one began with a state that is not zero. */
function trained(config: Config, steps = 3, capturing = true) {
  seed(config.seed);
  const model = getLanguageModel(config);
  const trainer = new Trainer(model, config);
  trainer.capturing = capturing;
  const step = (at: number) => trainer.step(BATCH, { step: at, lr: 0.05 }).loss;
  for (let at = 1; at <= steps; at++) step(at);
  const dispose = () => {
    trainer.dispose();
    model.dispose();
  };
  return { model, trainer, step, recorded: trainer.recorded()!, dispose };
}

const nothingKnown = (): KnownDraws => ({ asTrained: [], withoutDropout: null });

function ask(frozen: FrozenStep, values: WhatIfValues, draws = 4, known = nothingKnown()): WhatIfView {
  const passes = whatIfPasses(frozen, values, { draws, known });
  for (;;) {
    const { done, value } = passes.next();
    if (done === true) return value;
  }
}

const agree = (one: number, other: number, tolerance = 1e-5) =>
  assert.ok(Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other)), `${one} ${other}`);

onEachBackend('what if', (backend) => {
  test('the first draw as trained is the step itself: loss bit for bit, and its gradients', () => {
    const { trainer, recorded, dispose } = trained(configOf(), 3, false);
    const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
    const view = ask(frozen, valuesAsTrained(frozen.config));
    assert.equal(view.step, 3);
    assert.equal(view.asTrained.loss[0], recorded.read('loss')!.data[0]);
    assert.equal(view.asTrained.ce[0], recorded.read('loss/ce')!.data[0]);
    assert.equal(view.repeatedWithin, 0);
    assert.notEqual(view.asTrained.loss[1], view.asTrained.loss[0]);
    view.parameters.forEach((name, at) => {
      const gradient = recorded.read(`grad/${name}`)!.data;
      agree(view.asTrained.gradients[at]!, Math.hypot(...gradient));
    });
    assert.deepEqual(view.changed, view.asTrained);
    frozen.dispose();
    trainer.recorded();
    dispose();
  });

  test('also of a step that ran as one captured call', () => {
    const { recorded, dispose } = trained(configOf());
    const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
    const { repeatedWithin, asTrained } = ask(frozen, valuesAsTrained(frozen.config), 1);
    // A graph of the native library may add in another order than the same operations one by one.
    if (backend === 'tensorflow') assert.ok(repeatedWithin! <= 1e-6 * asTrained.loss[0]!, `${repeatedWithin}`);
    else assert.equal(repeatedWithin, 0);
    frozen.dispose();
    dispose();
  });

  test('without dropout every draw is the evaluation of the batch, with no spread', () => {
    const { model, recorded, dispose } = trained(configOf());
    const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
    const view = ask(frozen, OFF);
    const [expected] = view.withoutDropout;
    assert.deepEqual([...view.changed.ce], Array(4).fill(expected));
    assert.equal(summaryOf(view.changed.ce).deviation, 0);
    for (const [name, parameter] of model.namedParameters()) {
      const { shape, data } = recorded.read(name)!;
      tf.tidy(() => parameter.assign(tf.tensor(data, [...shape])));
    }
    model.eval();
    const state = new Map(
      recorded
        .names()
        .filter((name) => name.startsWith('before/'))
        .map((name) => [name.slice(7), recorded.tensor(name)!]),
    );
    model.encoder.state.restore(state);
    const scores = tf.tidy(() => model.forward(tf.tensor2d(BATCH.input, [3, 7], 'int32')).logits);
    const rows = tf.tidy(() => tf.reshape(scores, [-1, VOCABULARY]).arraySync()) as number[][];
    scores.dispose();
    const losses = rows.map((row, at) => {
      const logSum = Math.log(row.reduce((sum, score) => sum + Math.exp(score), 0));
      return logSum - row[BATCH.target[at]!]!;
    });
    agree(summaryOf(losses).mean, expected!);
    losses.forEach((loss, at) => agree(view.changed.tokens[at]!, loss));
    frozen.dispose();
    dispose();
  });

  test('both sides draw from the same uniforms, so that their difference varies less than either', () => {
    const { recorded, dispose } = trained(configOf(), 12);
    const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
    const own = valuesAsTrained(frozen.config);
    const { asTrained, changed } = ask(frozen, { ...own, weight_p: own.weight_p + 0.02 }, 16);
    const difference = pairedDifference(asTrained.ce, changed.ce);
    assert.ok(difference.deviation < 0.7 * summaryOf(asTrained.ce).deviation);
    const mean = summaryOf(changed.ce).mean - summaryOf(asTrained.ce).mean;
    agree(difference.mean, mean);
    asTrained.tokens.forEach((loss) => assert.ok(Number.isFinite(loss)));
    agree(
      asTrained.tokens.reduce((sum, loss) => sum + loss, 0) / asTrained.tokens.length,
      summaryOf(asTrained.ce).mean,
    );
    frozen.dispose();
    dispose();
  });

  test('what is known as trained is not computed again, and a question that is withdrawn leaves what it found', () => {
    const { recorded, dispose } = trained(configOf());
    const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
    const known = nothingKnown();
    const own = valuesAsTrained(frozen.config);
    const withdrawn = whatIfPasses(frozen, { ...own, input_p: 0.5 }, { draws: 3, known });
    assert.deepEqual(
      Array.from({ length: 4 }, () => withdrawn.next().value),
      [0, 0, 1, 1],
    );
    withdrawn.return(undefined as never);
    assert.equal(known.asTrained.length, 2);
    const [first] = known.asTrained;
    const yielded = [...whatIfPasses(frozen, { ...own, input_p: 0.4 }, { draws: 3, known })];
    assert.deepEqual(yielded, [1, 2, 2, 3], 'only the third draw as trained was left to do');
    assert.equal(known.asTrained[0], first);
    frozen.dispose();
    dispose();
  });

  test('leaves no tensor behind, and the steps after it are those of a run at which nobody asked', () => {
    const losses = [false, true].map((asking) => {
      const { step, trainer, dispose } = trained(configOf(), 2);
      const seen: number[] = [];
      for (let at = 3; at <= 5; at++) {
        if (asking) {
          const recorded = trainer.recorded()!;
          for (const name of recorded.names()) recorded.read(name);
          const before = tf.memory().numTensors;
          const frozen = new FrozenStep(recorded, configOf(), VOCABULARY);
          ask(frozen, { ...valuesAsTrained(frozen.config), hidden_p: 0.6 }, 2);
          frozen.dispose();
          assert.equal(tf.memory().numTensors, before);
        }
        seen.push(step(at));
      }
      dispose();
      return seen;
    });
    assert.deepEqual(losses[1], losses[0]);
  });

  test('a step kept without its state or targets says so, and leaves nothing', () => {
    const { recorded, dispose } = trained(configOf());
    const names = recorded.names().filter((name) => !name.startsWith('before/'));
    const { step, mode, input, target, evidence } = recorded;
    const read = recorded.read.bind(recorded);
    const without = { step, mode, input, target, evidence, names: () => names, read };
    const before = tf.memory().numTensors;
    assert.throws(
      () => new FrozenStep(without, configOf(), VOCABULARY),
      /step 3: the state it began with was not kept/,
    );
    const incomplete = { ...without, names: () => recorded.names(), read: () => undefined };
    assert.throws(() => new FrozenStep(incomplete, configOf(), VOCABULARY), /no tensor/);
    assert.throws(() => new FrozenStep({ ...without, target: null }, configOf(), VOCABULARY), /step 3: the targets/);
    assert.equal(tf.memory().numTensors, before);
    dispose();
  });
});

test('draws of a question lie beyond all training steps, but for the first, which is the step’s own', () => {
  assert.deepEqual(
    [0, 1, 2].map((draw) => callOfDraw(40, draw)),
    [40, 2 ** 31, 2 ** 31 + 1],
  );
});

test('what cannot be asked is said in one sentence with key and range', () => {
  const config = configOf({ weight_p: 0.5, drop_mult: 1 });
  const said = (changes: Record<string, number>, draws = 16) => whatIfProblem(config, { changes, draws });
  assert.equal(said({ weight_p: 0.99, drop_mult: 1 }), '');
  assert.equal(said({ weight_p: 1 }), 'weight_p: 1 is outside [0, 1): a probability from 0 to below 1');
  assert.equal(said({ embed_p: NaN }), 'embed_p: NaN is outside [0, 1): a probability from 0 to below 1');
  assert.equal(said({ input_p: -0.1 }), 'input_p: -0.1 is outside [0, 1): a probability from 0 to below 1');
  assert.equal(said({ drop_mult: -1 }), 'drop_mult: -1 is not usable; give a number from 0');
  assert.equal(said({ drop_mult: Infinity }), 'drop_mult: Infinity is not usable; give a number from 0');
  assert.equal(said({ drop_mult: 3 }), 'weight_p: 0.5 times drop_mult 3 is 1.5, outside [0, 1]');
  assert.match(said({ wdrop: 0.1 }), /unknown key "wdrop" \(one of embed_p/);
  assert.equal(said({}, 0), 'draws: 0 is not usable; give a whole number from 1 to 256');
  assert.equal(
    whatIfProblem({ ...config, weight_p: 1 }, { changes: { input_p: 0.1 } }),
    '',
    'the run’s own p is not questioned',
  );
});
