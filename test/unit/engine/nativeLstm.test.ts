/** The two forward passes of the native backend, for layers that fit a core's cache and for larger ones, against `cpu`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { lstmSequence } from '../../../src/engine/kernels/lstmSequence/lstmSequence.ts';

const skip = process.env['DROPSCOPE_NATIVE'] ? false : 'DROPSCOPE_NATIVE is not set: no native backend here';

/** Output, state, gradients of all five inputs, and the total dloss/dh_t. */
function results(inputs: number, hidden: number, batch: number, time: number): Float32Array[] {
  const wave = (shape: number[], phase: number): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, at) => 0.2 * Math.sin(at * 12.9898 + phase)),
      shape,
    );
  let listened = new Float32Array();
  const tensors = tf.tidy(() => {
    const given = [
      wave([batch, time, inputs], 1),
      wave([4 * hidden, inputs], 2),
      wave([4 * hidden, hidden], 3),
      wave([4 * hidden], 4),
      wave([4 * hidden], 5),
    ];
    const state = { h: wave([batch, hidden], 6), c: wave([batch, hidden], 7) };
    const run = (values: tf.Tensor[]) => {
      const [x, ih, hh, biasIh, biasHh] = values as [tf.Tensor3D, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      return lstmSequence(x, { ih, hh, biasIh, biasHh }, state, (dh) => (listened = dh.dataSync<'float32'>().slice()));
    };
    const loss = (...values: tf.Tensor[]): tf.Scalar =>
      tf.sum(tf.mul(run(values).output, wave([batch, time, hidden], 8)));
    const { output, h, c } = run(given);
    return [output, h, c, ...tf.grads(loss)(given)].map((tensor) => tensor.dataSync<'float32'>().slice());
  });
  return [...tensors, listened];
}

describe('the LSTM on the native backend', { skip }, () => {
  const sizes: [title: string, ...sizes: Parameters<typeof results>][] = [
    ['a small layer, more rows than weights', 4, 6, 5, 7],
    ['a small layer, fewer rows than weights', 20, 10, 2, 3],
    ['a layer larger than a cache, fewer rows than weights', 130, 200, 3, 4],
    ['a layer larger than a cache, more rows than weights', 10, 256, 30, 10],
    ['a single step', 130, 200, 2, 1],
  ];
  for (const [title, ...size] of sizes) {
    test(`${title}: as on cpu`, async () => {
      await chooseBackend('cpu');
      const wanted = results(...size);
      await chooseBackend('tensorflow');
      const actual = results(...size);
      for (const [at, values] of wanted.entries()) {
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
        const apart = values.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[at]![index]!)), 0);
        assert.equal(actual[at]!.length, values.length);
        assert.ok(apart / largest < 1e-5, `result ${at}: ${apart / largest}`);
      }
    });
  }
});
