/** What a step reports about each of its tensors, one pass each: the sum of squares, and how many values are not zero. */
import * as tf from '@tensorflow/tfjs-core';
import { notZeroOnWasm, squaresOnWasm } from './wasm.ts';

const SQUARES = 'DropscopeSquares';
const NOT_ZERO = 'DropscopeNotZero';

type Inputs = Record<'x', tf.Tensor>;

const squaresComposed: tf.KernelFunc = ({ inputs }) => tf.tidy(() => tf.sum(tf.square((inputs as Inputs).x)));
const notZeroComposed: tf.KernelFunc = ({ inputs }) => tf.tidy(() => tf.sum(tf.abs(tf.sign((inputs as Inputs).x))));

for (const backendName of ['cpu', 'tensorflow']) {
  tf.registerKernel({ kernelName: SQUARES, backendName, kernelFunc: squaresComposed });
  tf.registerKernel({ kernelName: NOT_ZERO, backendName, kernelFunc: notZeroComposed });
}
tf.registerKernel({ kernelName: SQUARES, backendName: 'wasm', kernelFunc: squaresOnWasm });
tf.registerKernel({ kernelName: NOT_ZERO, backendName: 'wasm', kernelFunc: notZeroOnWasm });

/** Sum of squares of a float32 tensor, a scalar. Without a gradient. */
export function squares(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(SQUARES, { x });
}

/** How many values of a float32 tensor are not zero, a scalar. */
export function notZero(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(NOT_ZERO, { x });
}
