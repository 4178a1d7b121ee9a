import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { Parameter } from '../../../src/engine/nn/parameter.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { stoppedImproving } from '../../../src/engine/training/nonMonotone.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { WeightAverage } from '../../../src/engine/training/weightAverage.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';
import { close, values } from '../engine/tensors.ts';

test('H9 the trigger fires exactly when validation is worse than the best of all but the last five', () => {
  const history = [5, 4.8, 4.7, 4.6, 4.5, 4.55, 4.56, 4.57, 4.58, 4.59, 4.6];
  const fires = history.map((ce, at) => stoppedImproving(history.slice(0, at), ce, 5));
  assert.deepEqual(
    fires.flatMap((fired, at) => (fired ? [at] : [])),
    [10],
  );
  assert.equal(stoppedImproving([1, 1, 1, 1, 1], 9, 5), false, 'five earlier ones are too few');
  assert.equal(stoppedImproving([1, 1, 1, 1, 1, 1], 9, 5), true);
});

onEachBackend('averaged weights', () => {
  test('H10 the average of 1, 2, 3, 4 is 1, 2, 2.5, 3, and the weights come back bit for bit', () => {
    const parameter = new Parameter(tf.tensor1d([0.1]));
    const average = new WeightAverage(7, new Map([['p', parameter]]));
    const means = [1, 2, 3, 4].map((value, at) => {
      tf.tidy(() => parameter.assign(tf.tensor1d([value + 1 / 3])));
      const { fresh, kept } = average.shares(8 + at);
      tf.tidy(() => average.add(tf.scalar(fresh), tf.scalar(kept)));
      const bringBack = average.swapIn();
      const seen = values(parameter.variable)[0]!;
      bringBack();
      assert.equal(values(parameter.variable)[0], Math.fround(value + 1 / 3));
      return seen - 1 / 3;
    });
    close(means, [1, 2, 2.5, 3], 1e-6);
    assert.equal(values(parameter.variable)[0], Math.fround(4 + 1 / 3));
    average.dispose();
    parameter.dispose();
  });

  const make = () => {
    seed(5);
    const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2 });
    return { model, trainer: new Trainer(model, { ...SETTINGS, optimizer: 'nt-asgd', clip: 0 }) };
  };
  const BATCH = tokenBatch(3, 5, 11);

  test('averaging changes what is evaluated and kept, never how training goes on', () => {
    const run = (averaging: boolean) => {
      const { model, trainer } = make();
      const losses = [1, 2, 3, 4, 5, 6].map((step) => {
        if (averaging && step === 3) trainer.startAveraging(2);
        if (averaging) trainer.evaluate([BATCH]);
        return trainer.step(BATCH, { step, lr: 2 }).loss;
      });
      const own = [...model.namedParameters().values()].map(({ variable }) => values(variable));
      const kept = [...trainer.weights().values()].map(values);
      const { ce } = trainer.evaluate([BATCH]);
      trainer.dispose();
      model.dispose();
      return { losses, own, kept, ce };
    };
    const [plain, averaged] = [run(false), run(true)];
    assert.deepEqual(averaged.losses, plain.losses);
    assert.deepEqual(averaged.own, plain.own);
    assert.deepEqual(plain.kept, plain.own);
    assert.notDeepEqual(averaged.kept, averaged.own);
    assert.notEqual(averaged.ce, plain.ce);
  });

  test('weights and state are all that the next step and the next evaluation depend on', () => {
    const { model, trainer } = make();
    for (let step = 1; step <= 5; step++) {
      if (step === 3) trainer.startAveraging(2);
      trainer.step(BATCH, { step, lr: 2 });
    }
    const copy = (tensors: Map<string, tf.Tensor>) => new Map(Array.from(tensors, ([name, x]) => [name, x.clone()]));
    const [weights, state] = [copy(trainer.weights()), copy(trainer.state())];
    const goOn = (who: Trainer) => ({
      loss: who.step(BATCH, { step: 6, lr: 2 }).loss,
      ce: who.evaluate([BATCH]).ce,
      weights: [...who.weights().values()].map(values),
    });
    const undisturbed = goOn(trainer);
    const other = make();
    for (const [name, parameter] of other.model.namedParameters()) parameter.assign(weights.get(name)!);
    other.trainer.restoreState(state);
    assert.ok(other.trainer.averaging);
    assert.deepEqual(goOn(other.trainer), undisturbed);
    assert.equal(model.namedParameters().size, weights.size);
  });
});

onEachBackend('frozen layer groups', () => {
  test('G4 frozen groups do not move; a one-layer model frozen to its last group trains two tensors, unfrozen six', () => {
    const moved = (freezeTo: number): string[] => {
      const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 1 });
      const trainer = new Trainer(model, { ...SETTINGS, wd: 0.1, freeze_to: freezeTo });
      const before = new Map(Array.from(model.namedParameters(), ([name, { variable }]) => [name, values(variable)]));
      const { params, gradNorm } = trainer.step(tokenBatch(3, 5, 11), { step: 1, lr: 0.01 });
      const names = [...before].filter(([name, old]) =>
        values(model.namedParameters().get(name)!.variable).some((value, at) => value !== old[at]),
      );
      for (const [name, { w, u }] of Object.entries(params)) {
        // A bias of zeros has no update-to-weight ratio.
        if (w === 0) continue;
        assert.equal(
          u > 0,
          names.some(([moving]) => moving === name),
          name,
        );
      }
      const counted = names.map(([name]) => params[name]!.g);
      assert.ok(Math.abs(Math.hypot(...counted) - gradNorm) < 1e-5, 'the norm is that of what trains');
      return names.map(([name]) => name);
    };
    assert.deepEqual(moved(-1), ['0.encoder.weight', '1.decoder.bias']);
    assert.deepEqual(moved(1), moved(-1));
    assert.equal(moved(0).length, 6);
    assert.throws(() => moved(2), /freeze_to: 2 is no layer group; this model has 2 \(-2 to 1\)/);
  });
});
