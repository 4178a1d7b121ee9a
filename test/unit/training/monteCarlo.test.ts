import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { WeightDropout } from '../../../src/engine/dropout/weightDropout.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { Linear } from '../../../src/engine/nn/linear.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { monteCarlo } from '../../../src/engine/training/monteCarlo.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';
import { close, values } from '../engine/tensors.ts';

const CONFIG = { vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2, weight_p: 0.5 };
const ALWAYS = { ...CONFIG, weight_drop: { mode: 'always' as const } };
const IDS = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];

onEachBackend('Monte Carlo dropout', () => {
  test('samples differ after the first step, their mean is a distribution, and the same seed repeats them', () => {
    const model = getLanguageModel(ALWAYS);
    const predict = (seed: number) => monteCarlo(model, IDS, { samples: 6, seed });
    const [one, again, other] = [predict(4), predict(4), predict(5)];
    assert.deepEqual(one.mean.shape, [2, 4, 11]);
    close(tf.sum(one.mean, 2), Array<number>(8).fill(1), 1e-5);
    assert.deepEqual(values(one.mean), values(again.mean));
    assert.notDeepEqual(values(one.mean), values(other.mean));
    const byTime = tf.unstack(one.deviation, 1).map((step) => Math.max(...values(step)));
    // From a zero state the recurrent weights do nothing yet.
    assert.ok(byTime[0]! < 1e-4);
    assert.ok(byTime[3]! > byTime[0]! && byTime[3]! > 1e-5);
  });

  test('training goes on as if nothing had been sampled', () => {
    const losses = (sample: boolean): number[] => {
      seed(9);
      const model = getLanguageModel(ALWAYS);
      const trainer = new Trainer(model, SETTINGS);
      return [1, 2, 3].map((step) => {
        if (sample) monteCarlo(model, IDS, { samples: 3, seed: SETTINGS.seed });
        return trainer.step(tokenBatch(3, 5, 11), { step, lr: 0.01 }).loss;
      });
    };
    assert.deepEqual(losses(true), losses(false));
  });

  test('in library use too, a module in mode always draws apart in evaluation', () => {
    const masks = (evaluate: boolean): number[][] => {
      seed(9);
      const dropout = new WeightDropout(new Linear(8, 8), 0.5, 'weight', { mode: 'always' });
      const forward = (): number[] => {
        dropout.forward(tf.ones([1, 8]));
        return values(dropout.mask()!);
      };
      return [1, 2].map(() => {
        if (evaluate) {
          dropout.eval();
          assert.notDeepEqual(forward(), forward());
          dropout.train();
        }
        return forward();
      });
    };
    assert.deepEqual(masks(true), masks(false));
  });

  test('a model in which nothing is drawn in evaluation is refused, and so is a sample count below 1', () => {
    assert.throws(
      () => monteCarlo(getLanguageModel(CONFIG), IDS, { samples: 2, seed: 1 }),
      /every sample would be the same \(set weight_drop.mode to "always"\)/,
    );
    assert.throws(() => monteCarlo(getLanguageModel(ALWAYS), IDS, { samples: 0, seed: 1 }), /samples: 0 is not usable/);
  });
});
