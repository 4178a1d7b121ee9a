import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { RNNDropout } from '../../../src/engine/dropout/rnnDropout.ts';
import { onEachBackend } from './onEachBackend.ts';
import { same, values } from './tensors.ts';

onEachBackend('B. RNNDropout', () => {
  test('B1 each feature of a row is dropped at all time steps or at none', () => {
    const dropped = new RNNDropout(0.3).forward(tf.ones([4, 3, 7])).arraySync() as number[][][];
    for (const row of dropped) {
      for (let feature = 0; feature < 7; feature++) {
        const overTime = new Set(row.map((step) => step[feature]));
        assert.equal(overTime.size, 1);
        assert.ok([0, Math.fround(1 / 0.7)].includes([...overTime][0]!));
      }
    }
  });

  test('B2 rows of the batch have masks of their own', () => {
    const [first, second] = new RNNDropout(0.5).forward(tf.ones([2, 3, 64])).arraySync() as number[][][];
    assert.notDeepEqual(first, second);
  });

  test('B3 time first is batch first transposed, with the same mask', () => {
    const x = tf.reshape(tf.range(0, 60), [3, 4, 5]);
    const mask = tf.tensor3d([0, 2, 2, 0, 2, 2, 0, 0, 2, 2, 2, 2, 2, 2, 0], [3, 1, 5]);
    const batchFirst = withMasks({ mask }, () => new RNNDropout(0.5).forward(x));
    const timeFirst = withMasks({ mask: tf.transpose(mask, [1, 0, 2]) }, () =>
      new RNNDropout(0.5, { timeAxis: 0 }).forward(tf.transpose(x, [1, 0, 2])),
    );
    same(tf.transpose(timeFirst, [1, 0, 2]), batchFirst);
  });

  test('B4 in evaluation, or with p = 0, the input comes back itself', () => {
    const x = tf.ones([2, 3, 4]);
    assert.equal(new RNNDropout(0.5).eval().forward(x), x);
    assert.equal(new RNNDropout(0).forward(x), x);
  });

  test('B5 the gradient is the mask, repeated over time', () => {
    const mask = tf.tensor3d([0, 2, 2, 0], [2, 1, 2]);
    const slope = tf.grad((x) => withMasks({ mask }, () => tf.sum(new RNNDropout(0.5).forward(x))));
    same(slope(tf.ones([2, 3, 2])), tf.mul(mask, tf.ones([2, 3, 2])));
  });

  test('B6 five axes are accepted', () => {
    const out = new RNNDropout(0.5).forward(tf.ones([4, 10, 3, 32, 32]));
    assert.deepEqual(out.shape, [4, 10, 3, 32, 32]);
    const [first, second] = tf.split(out, 10, 1);
    same(first!, second!);
  });

  test('p = 1 gives zeros, never NaN, and a p outside [0, 1] is refused also later', () => {
    const dropout = new RNNDropout(1);
    assert.deepEqual(values(dropout.forward(tf.ones([1, 2, 2]))), [0, 0, 0, 0]);
    assert.throws(() => (dropout.p = 1.5), /outside \[0, 1\]/);
  });

  test('a given mask of the wrong shape is refused in words', () => {
    const mask = tf.ones([2, 2]);
    assert.throws(
      () => withMasks({ mask }, () => new RNNDropout(0.5).forward(tf.ones([2, 3, 4]))),
      /mask mask: its shape is \[2, 2\], this site needs \[2, 1, 4\]/,
    );
  });
});

test('a time axis that is none is refused, for nothing would be locked', () => {
  for (const timeAxis of [-1, 0.5, NaN]) assert.throws(() => new RNNDropout(0.5, { timeAxis }), /the time axis is/);
});
