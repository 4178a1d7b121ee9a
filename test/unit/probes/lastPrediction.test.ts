// How far the last prediction reaches back: against the model's own backward pass, and without a trace in what follows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { getLanguageModel, type LanguageModel } from '../../../src/engine/models/languageModel.ts';
import { withObserver } from '../../../src/engine/nn/observe.ts';
import { lastPrediction, lastPredictionName } from '../../../src/engine/probes/lastPrediction.ts';
import { predictionReach } from '../../../src/engine/probes/predictionReach.ts';
import type { RecordedStep } from '../../../src/engine/probes/recordedStep.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { crossEntropy } from '../../../src/engine/kernels/crossEntropy/crossEntropy.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const ROWS = 3;
const LENGTH = 7;
const BATCH = tokenBatch(ROWS, LENGTH, 11);

function trained(config = {}) {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2, ...config });
  return { model, trainer: new Trainer(model, SETTINGS) };
}

/** The same from the model itself, set back to what the step began with: norms of dL/dh_t by layer. */
function fromTheModel(model: LanguageModel, recorded: RecordedStep): number[][] {
  const tensorOf = (name: string) => {
    const { shape, data } = recorded.read(name)!;
    return tf.tensor(data, [...shape]);
  };
  const names = recorded.names();
  for (const [name, { variable }] of model.namedParameters()) variable.assign(tensorOf(name));
  const state = names.flatMap((name) => (name.startsWith('before/') ? [[name.slice(7), tensorOf(name)] as const] : []));
  model.train();
  model.encoder.state.restore(new Map(state));
  const masks = names.flatMap((name) => (name.startsWith('mask/') ? [[name.slice(5), tensorOf(name)] as const] : []));
  const squares = new Map<string, number[]>();
  const variables = [...model.namedParameters().values()].map(({ variable }) => variable);
  const loss = (): tf.Scalar => {
    const ids = tf.tensor2d(BATCH.input, [ROWS, LENGTH], 'int32');
    const { logits } = withMasks(Object.fromEntries(masks), () => model.forward(ids));
    const last = tf.slice(logits, [0, LENGTH - 1, 0], [ROWS, 1, 11]);
    const targets = Array.from({ length: ROWS }, (_, row) => BATCH.target[row * LENGTH + LENGTH - 1]!);
    return crossEntropy(last, tf.tensor2d(targets, [ROWS, 1], 'int32'));
  };
  withObserver(
    (name, tensor) => {
      const layer = /^squares_t\/0\.rnns\.(\d+)/.exec(name)?.[1];
      if (layer === undefined) return;
      const before = squares.get(layer) ?? Array<number>(LENGTH).fill(0);
      const sums = tensor.dataSync();
      squares.set(
        layer,
        before.map((sum, t) => sum + sums[t]!),
      );
    },
    () => tf.tidy(() => tf.variableGrads(loss, variables)),
  );
  return [...squares].sort().map(([, sums]) => sums.map(Math.sqrt));
}

onEachBackend('last prediction', () => {
  for (const [title, config] of [
    ['every dropout', { input_p: 0.4, hidden_p: 0.3, output_p: 0.2, embed_p: 0.2, weight_p: 0.5 }],
    ['no dropout', { input_p: 0, hidden_p: 0, output_p: 0, embed_p: 0, weight_p: 0 }],
    [
      'two directions, a decoder of its own, whole rows dropped',
      { bidir: true, tie_weights: false, weight_drop: { granularity: 'row' } },
    ],
    ['no bias, one layer', { out_bias: false, n_layers: 1 }],
  ] as const)
    test(`is the gradient of the last time step's loss alone, at the weights, masks and state of the step (${title})`, () => {
      const { model, trainer } = trained(config);
      trainer.step(BATCH, { step: 1, lr: 0.05 });
      trainer.step(BATCH, { step: 2, lr: 0.05 });
      const recorded = trainer.recorded()!;
      const found = lastPrediction(recorded)!;
      const expected = fromTheModel(model, recorded);
      assert.equal(found.length, expected.length);
      found.forEach((norms, layer) => {
        const largest = Math.max(...expected[layer]!);
        assert.ok(largest > 1e-3);
        norms.forEach((norm, t) => assert.ok(Math.abs(norm - expected[layer]![t]!) < 1e-5 * largest, `${layer} ${t}`));
      });
      // It fades into the past, unlike the whole loss.
      assert.ok(found[0]![0]! < found[0]![LENGTH - 1]!);
      trainer.dispose();
      model.dispose();
    });

  test('leaves no tensor behind, and the steps after it are those of a run at which nobody looked', () => {
    const losses = [false, true].map((looking) => {
      const { model, trainer } = trained();
      const seen: number[] = [];
      for (let step = 1; step <= 4; step++) {
        seen.push(trainer.step(BATCH, { step, lr: 0.05 }).loss);
        if (!looking) continue;
        const recorded = trainer.recorded()!;
        recorded.read('0.encoder.weight');
        const before = tf.memory().numTensors;
        predictionReach(recorded);
        assert.equal(tf.memory().numTensors, before);
      }
      trainer.dispose();
      model.dispose();
      return seen;
    });
    assert.deepEqual(losses[1], losses[0]);
  });
});

test('half of a geometric fall lies within its half-life, and a step kept without it says so', () => {
  const norms = Float32Array.from({ length: 60 }, (_, t) => 2 ** ((t - 59) / 4));
  const recorded = {
    step: 7,
    target: null,
    names: () => [],
    read: (name: string) => (name === lastPredictionName(0) ? { shape: [60], data: norms } : undefined),
  } as unknown as RecordedStep;
  const { halfLife, step } = predictionReach(recorded);
  assert.deepEqual([halfLife, step], [[4], 7]);
  assert.throws(() => predictionReach({ ...recorded, read: () => undefined }), /step 7: how far its last prediction/);
});
