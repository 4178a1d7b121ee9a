/** What a step reports about each of its tensors, one pass each: the sum of squares, and how many values are not zero. */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { notZeroOnTensorflow, squaresOnTensorflow } from './tensorflow.ts';
import { notZeroOnWasm, squaresOnWasm } from './wasm.ts';

const SQUARES = 'DropscopeSquares';
const NOT_ZERO = 'DropscopeNotZero';

type Inputs = Record<'x', tf.Tensor>;

const squaresComposed: tf.KernelFunc = ({ inputs }) => tf.tidy(() => tf.sum(tf.square((inputs as Inputs).x)));
const notZeroComposed: tf.KernelFunc = ({ inputs }) => tf.tidy(() => tf.sum(tf.abs(tf.sign((inputs as Inputs).x))));

registerOnBackends(SQUARES, { cpu: squaresComposed, wasm: squaresOnWasm, tensorflow: squaresOnTensorflow });
registerOnBackends(NOT_ZERO, { cpu: notZeroComposed, wasm: notZeroOnWasm, tensorflow: notZeroOnTensorflow });

tf.registerGradient({
  kernelName: SQUARES,
  inputsToSave: ['x'],
  gradFunc: (dy, [x]) => ({ x: () => tf.mul(x!, tf.mul(dy as tf.Tensor, 2)) }),
});

/** Sum of squares of a float32 tensor, a scalar. dx = 2 x dy. */
export function squares(x: tf.Tensor): tf.Scalar {
  return tf.engine().runKernel(SQUARES, { x });
}

/** How many values of a float32 tensor are not zero, a scalar. Without a gradient. */
export function notZero(x: tf.Tensor): tf.Tensor {
  return tf.engine().runKernel(NOT_ZERO, { x });
}
