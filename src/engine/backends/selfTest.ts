/** A few milliseconds of arithmetic with known results, run before a backend is trusted. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../kernels/crossEntropy/crossEntropy.ts';
import { embeddingRows } from '../kernels/embeddingRows/embeddingRows.ts';
import { linear } from '../kernels/linear/linear.ts';
import { lstmSequence } from '../kernels/lstmSequence/lstmSequence.ts';
import { bernoulliMask } from '../kernels/mask/mask.ts';
import { philoxWords } from '../../shared/philox.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { BackendUnavailable } from './backendUnavailable.ts';

const DRAW = { seed: 1, site: 2, repeat: 0 };
const CALL = 3;

/** Throws BackendUnavailable when one of our kernels gives wrong numbers, or none because the library lacks an operation. */
export function selfTest(name: string): void {
  try {
    tf.tidy(() => computeKnown(name));
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    const [firstLine = ''] = sentenceOf(error).split('\n');
    throw new BackendUnavailable(name, `its self-test failed: ${firstLine}`);
  }
}

/** One small case of every kernel a training step needs, forward and backward. */
function computeKnown(name: string): void {
  const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const weight = tf.tensor2d([1, 0, -1, 2, 1, 1], [3, 2]);
  expect(name, 'a matrix product', linear(x, weight, null), [1, 3, 3, 3, 5, 7]);
  const slope = tf.grad((w) => tf.sum(linear(x, w, null)))(weight);
  expect(name, 'its gradient', slope, [4, 6, 4, 6, 4, 6]);
  const call = tf.tensor1d([CALL], 'int32');
  const [word = 0] = philoxWords(1, { ...DRAW, call: CALL });
  const kept = (uniform: number): number => (uniform < 32768 ? 0 : 2);
  expect(name, 'a mask', bernoulliMask([2], 0.5, { ...DRAW, call }), [kept(word & 0xffff), kept(word >>> 16)]);
  const rows = tf.grad((w) => tf.sum(embeddingRows(tf.tensor1d([1, 1], 'int32'), w, null, null)))(weight);
  expect(name, 'the gradient of an embedding', rows, [0, 0, 2, 2, 0, 0]);
  lstm(name);
  const scores = tf.tensor2d([0, 1, 2], [1, 3]);
  const entropy = tf.valueAndGrad((z) => crossEntropy(z, tf.tensor1d([2], 'int32')))(scores);
  expect(name, 'a cross-entropy', entropy.value, [0.407606]);
  expect(name, 'its gradient', entropy.grad, [0.0900306, 0.244728, -0.334759]);
}

/** Two steps of a cell with one input and one unit; the numbers are PyTorch's. */
function lstm(name: string): void {
  const column = (...values: number[]): tf.Tensor => tf.tensor2d(values, [4, 1]);
  const weights = {
    ih: column(0.5, -0.3, 0.8, 0.2),
    biasIh: tf.tensor1d([0.1, 0.2, -0.1, 0.3]),
    biasHh: tf.zeros([4]),
  };
  const state = { h: tf.zeros([1, 1]), c: tf.zeros([1, 1]) };
  const x = tf.tensor3d([1, -0.5], [1, 2, 1]);
  const run = (hh: tf.Tensor): tf.Tensor => lstmSequence(x, { ...weights, hh }, state, null).output;
  const hh = column(0.4, 0.1, -0.6, 0.7);
  expect(name, 'an LSTM', run(hh), [0.231271, -0.0252346]);
  expect(name, 'its gradient', tf.grad((w) => tf.sum(run(w)))(hh), [-0.0191739, 0.0128239, 0.0450606, -0.00239571]);
}

function expect(backend: string, what: string, actual: tf.Tensor, wanted: number[]): void {
  const values = actual.dataSync();
  if (values.length !== wanted.length || !wanted.every((value, at) => Math.abs(values[at]! - value) < 1e-5)) {
    throw new BackendUnavailable(
      backend,
      `its self-test failed: ${what} gave ${Array.from(values).join(', ')} for ${wanted.join(', ')}`,
    );
  }
}
