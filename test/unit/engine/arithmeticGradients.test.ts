// Gradients of element-wise operations and of reductions against slopes measured in float32, with broadcasting.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { values } from './tensors.ts';

/** Apart from each other by more than twice the distance, so that no smaller one becomes the larger. */
const A = { values: [0.5, -1.25, 2, 3.5, -0.75, 1.5], shape: [2, 3] };
const B = { values: [1, 2.5, -2], shape: [3] };
const DISTANCE = 2 ** -6;

const pairs = {
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  squaredDifference: tf.squaredDifference,
  maximum: tf.maximum,
  minimum: tf.minimum,
};
type Of = (x: tf.Tensor) => tf.Tensor;
const singles: Record<string, Of> = {
  square: tf.square,
  neg: tf.neg,
  abs: tf.abs,
  sum: (x) => tf.sum(x, 0),
  mean: (x) => tf.mean(x, -1, true),
  max: (x) => tf.max(x, 1),
};

/** A loss that weighs every result differently. */
const weighed = (result: tf.Tensor): tf.Scalar =>
  tf.sum(tf.mul(result, tf.reshape(tf.range(1, result.size + 1), result.shape)));

/** The slope of a loss along each value, by central differences. */
function measured(loss: Of, { values: at, shape }: typeof A): number[] {
  const lossAt = (changed: number, by: number): number =>
    tf.tidy(
      () =>
        values(
          loss(
            tf.tensor(
              at.map((value, index) => value + (index === changed ? by : 0)),
              shape,
            ),
          ),
        )[0]!,
    );
  return at.map((_, index) => (lossAt(index, DISTANCE) - lossAt(index, -DISTANCE)) / (2 * DISTANCE));
}

function assertSlope(loss: Of, point: typeof A, what: string): void {
  const slope = tf.tidy(() => {
    const gradient = tf.grad(loss)(tf.tensor(point.values, point.shape));
    assert.deepEqual(gradient.shape, point.shape);
    return values(gradient);
  });
  for (const [at, wanted] of measured(loss, point).entries()) {
    assert.ok(
      Math.abs(slope[at]! - wanted) < 2e-3 * Math.max(1, Math.abs(wanted)),
      `${what}: ${slope[at]} for ${wanted}`,
    );
  }
}

// Not on the native backend, whose package brings tfjs's own gradients.
for (const backend of ['cpu', 'wasm'] as const) {
  describe(`gradients of arithmetic (${backend})`, () => {
    before(async () => {
      await chooseBackend(backend);
      await tf.setBackend(backend);
    });
    for (const [name, operation] of Object.entries(pairs)) {
      test(`${name}, to either side`, () => {
        assertSlope((a) => weighed(operation(a, tf.tensor(B.values, B.shape))), A, `${name}, a`);
        assertSlope((b) => weighed(operation(tf.tensor(A.values, A.shape), b)), B, `${name}, b`);
      });
    }

    for (const [name, operation] of Object.entries(singles)) {
      test(name, () => {
        assertSlope((x) => weighed(operation(x)), A, name);
      });
    }
  });
}
