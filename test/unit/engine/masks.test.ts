import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { dropoutMask } from '../../../src/engine/dropout/dropoutMask.ts';
import { bernoulliMask } from '../../../src/engine/kernels/mask/mask.ts';
import { evaluationCall, nextDraw, seed, withDraws } from '../../../src/engine/random/draws.ts';
import { philoxWords } from '../../../src/shared/philox.ts';
import { onEachBackend } from './onEachBackend.ts';
import { same, values } from './tensors.ts';

const draw = (call: number, site = 5): { seed: number; site: number; call: tf.Tensor1D; repeat: number } => ({
  seed: 0xfedcba98,
  site,
  call: tf.tensor1d([call | 0], 'int32'),
  repeat: 0,
});

onEachBackend('A. masks', () => {
  test('A1 values are exactly 0 or float32 1/(1-p)', () => {
    for (const [p, kept] of [
      [0.25, 1.3333333],
      [0.3, 1.4285714],
      [0.5, 2],
      [0.2, 1.25],
    ] as const) {
      const seen = new Set(values(dropoutMask([40, 25], p)));
      assert.deepEqual([...seen].sort(), [0, Math.fround(1 / (1 - p))]);
      assert.ok(Math.abs(Math.max(...seen) - kept) < 1e-7);
    }
  });

  test('A2 the mask has the requested shape', () => {
    assert.deepEqual(dropoutMask([4, 3], 0.3).shape, [4, 3]);
    assert.deepEqual(dropoutMask([], 0.3).shape, []);
    assert.deepEqual(dropoutMask([2, 1, 5], 0.3).shape, [2, 1, 5]);
  });

  test('A3 p = 0 gives ones, p = 1 zeros, and p outside [0, 1] is refused', () => {
    assert.deepEqual(values(dropoutMask([3], 0)), [1, 1, 1]);
    assert.deepEqual(values(dropoutMask([3], 1)), [0, 0, 0]);
    assert.deepEqual(values(dropoutMask([3], 0.999999)), [0, 0, 0]);
    for (const p of [-0.1, 1.2, NaN])
      assert.throws(() => dropoutMask([3], p), /drop probability .* is outside \[0, 1\]/);
  });

  test('A4 over 1e5 draws the share of zeros and the mean are within four standard deviations', () => {
    const count = 1e5;
    for (const p of [0.02, 0.2, 0.5, 0.9]) {
      const mask = values(dropoutMask([count], p));
      const zeros = mask.filter((value) => value === 0).length / count;
      const mean = mask.reduce((sum, value) => sum + value, 0) / count;
      assert.ok(Math.abs(zeros - p) <= 4 * Math.sqrt((p * (1 - p)) / count), `p ${p}: ${zeros} zeros`);
      assert.ok(Math.abs(mean - 1) <= 4 * Math.sqrt(p / ((1 - p) * count)), `p ${p}: mean ${mean}`);
    }
  });

  test('A5 the same seed gives the same sequence of masks, another call another mask', () => {
    seed(11);
    const first = [dropoutMask([64], 0.5), dropoutMask([64], 0.5)] as const;
    seed(11);
    const second = [dropoutMask([64], 0.5), dropoutMask([64], 0.5)] as const;
    same(first[0], second[0]);
    same(first[1], second[1]);
    assert.notDeepEqual(values(first[0]), values(first[1]));
  });

  test('a cell is dropped where its 16 bits are below round(p * 65536), low half of a word first', () => {
    for (const call of [1, 2 ** 31 - 1, evaluationCall(3)]) {
      const words = philoxWords(51, { seed: 0xfedcba98, site: 5, call, repeat: 0 });
      const uniforms = Array.from(words)
        .flatMap((word) => [word & 0xffff, word >>> 16])
        .slice(0, 101);
      const wanted = uniforms.map((uniform) => (uniform < 19661 ? 0 : Math.fround(1 / 0.7)));
      assert.deepEqual(values(bernoulliMask([101], 0.3, draw(call))), wanted);
    }
  });

  test('what is dropped at .2 is dropped at .5', () => {
    const low = values(bernoulliMask([1000], 0.2, draw(9)));
    const high = values(bernoulliMask([1000], 0.5, draw(9)));
    assert.ok(low.every((value, at) => value !== 0 || high[at] === 0));
  });

  test('draws with a call of their own leave the training masks where they were', () => {
    const mask = (call: number): number[] =>
      withDraws({ seed: 1, call: tf.tensor1d([call | 0], 'int32') }, () =>
        values(bernoulliMask([64], 0.5, nextDraw(3))),
      );
    const before = mask(12);
    mask(evaluationCall(12));
    assert.deepEqual(mask(12), before);
    assert.notDeepEqual(mask(evaluationCall(12)), before);
  });

  test('a site that draws twice in one call gets two masks', () => {
    withDraws({ seed: 1, call: tf.tensor1d([1], 'int32') }, () => {
      const masks = [bernoulliMask([64], 0.5, nextDraw(3)), bernoulliMask([64], 0.5, nextDraw(3))] as const;
      assert.notDeepEqual(values(masks[0]), values(masks[1]));
    });
  });
});
