/** Small helpers to state expectations about tensors. */
import assert from 'node:assert/strict';
import type * as tf from '@tensorflow/tfjs-core';

/** The values; a zero without its sign. */
export function values(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync(), (value) => value + 0);
}

/** Every value within `tolerance` of what is wanted. */
export function close(tensor: tf.Tensor | number[], wanted: number[], tolerance = 1e-6): void {
  const actual = Array.isArray(tensor) ? tensor : values(tensor);
  assert.equal(actual.length, wanted.length);
  actual.forEach((value, at) => {
    assert.ok(
      Math.abs(value - wanted[at]!) <= tolerance,
      `[${at}] is ${value}, wanted ${wanted[at]} within ${tolerance}`,
    );
  });
}

/** The same bits. */
export function same(one: tf.Tensor, other: tf.Tensor): void {
  assert.deepEqual(one.shape, other.shape);
  assert.deepEqual(values(one), values(other));
}
