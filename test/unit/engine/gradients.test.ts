import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { backward } from '../../../src/engine/nn/backward.ts';
import { languageModelLoss } from '../../../src/engine/training/losses.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from './onEachBackend.ts';
import { SETTINGS, tokenBatch } from './smallModel.ts';
import { values } from './tensors.ts';

/** The padding token does not occur: its row is looked up but gets no gradient, so its measured slope would differ. */
const CONFIG = {
  vocab_sz: 8,
  pad_token: 7,
  emb_sz: 4,
  n_hid: 6,
  n_layers: 2,
  weight_p: 0.3,
  input_p: 0.3,
  hidden_p: 0.3,
  output_p: 0.3,
  embed_p: 0.2,
};
const BATCH = tokenBatch(2, 4, 7);

/**
 * The slope along a direction, from losses in float32: a fourth-order central difference, whose step can be so large
 * that rounding does not matter.
 */
function slopeAlong(loss: (distance: number) => number, step: number): number {
  return (8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))) / (12 * step);
}

onEachBackend('E6 numeric gradient check of the full stack with fixed masks', () => {
  const variants = {
    tied: CONFIG,
    bidirectional: { ...CONFIG, bidir: true },
    'untied, whole rows dropped': { ...CONFIG, tie_weights: false, weight_drop: { granularity: 'row' as const } },
  };
  for (const [title, config] of Object.entries(variants)) {
    test(`along the gradient of every parameter: ${title}`, () => {
      const model = getLanguageModel(config);
      const trainer = new Trainer(model, SETTINGS);
      const trace = trainer.trace(BATCH, { train: true });
      const masks = Object.fromEntries(
        trace
          .names()
          .filter((name) => name.startsWith('mask/'))
          .map((name) => {
            const { shape, data } = trace.read(name)!;
            return [name.slice('mask/'.length), tf.tensor(data, [...shape])];
          }),
      );
      assert.ok(Object.keys(masks).length >= 6);
      const tokens = {
        input: tf.tensor2d(BATCH.input, [2, 4], 'int32'),
        target: tf.tensor2d(BATCH.target, [2, 4], 'int32'),
      };
      const loss = (): tf.Tensor => {
        model.reset();
        return withMasks(masks, () => languageModelLoss(model, tokens, SETTINGS));
      };
      const gradients = backward(model, loss);
      for (const [name, parameter] of model.namedParameters()) {
        const start = tf.clone(parameter.variable);
        const gradient = gradients[name]!;
        const norm = Math.hypot(...values(gradient));
        assert.ok(norm > 0, `${name} gets a gradient`);
        const direction = tf.div(gradient, norm);
        const at = (distance: number): number => {
          parameter.assign(tf.add(start, tf.mul(direction, distance)));
          return values(loss())[0]!;
        };
        // A step that moves the loss by about a tenth, within what the curve allows.
        const measured = slopeAlong(at, Math.min(0.1, 0.1 / norm));
        parameter.assign(start);
        assert.ok(Math.abs(measured - norm) < 1e-3 * norm + 2e-5, `${name}: ${measured} measured, ${norm} computed`);
      }
    });
  }
});
