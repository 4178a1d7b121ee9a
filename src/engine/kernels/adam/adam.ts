/** One step of Adam on one parameter as an operation (Kingma and Ba 2015; decoupled decay, Loshchilov and Hutter 2019). */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { adamComposed } from './composed.ts';
import { adamOnTensorflow } from './tensorflow.ts';
import { adamOnWasm } from './wasm.ts';

const KERNEL = 'DropscopeAdam';

registerOnBackends(KERNEL, { cpu: adamComposed, wasm: adamOnWasm, tensorflow: adamOnTensorflow });

/** Tensors of the parameter's shape; the others are scalars. */
export interface AdamInputs {
  parameter: tf.Tensor;
  gradient: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  /** The gradient is multiplied by this first: the clip. */
  factor: tf.Scalar;
  /** beta1 and 1 - beta1. */
  momentum: tf.Scalar;
  rest: tf.Scalar;
  /** lr / (1 - beta1^t), and 1 / (1 - beta2^t). */
  size: tf.Scalar;
  correction: tf.Scalar;
  /** 1 - lr wd. */
  keep: tf.Scalar;
}

export interface AdamAttributes {
  /** beta2 */
  squareMomentum: number;
  epsilon: number;
  /** False where keep is known to be 1. */
  decays: boolean;
}

export interface AdamStep {
  parameter: tf.Tensor;
  m: tf.Tensor;
  v: tf.Tensor;
  /** Squares of the parameter's change, summed; a scalar. */
  moved: tf.Tensor;
}

/** Nothing is changed in place: whoever holds the old tensors keeps them as they were. */
export function adamStep(inputs: AdamInputs, attributes: AdamAttributes): AdamStep {
  const results = tf.engine().runKernel(KERNEL, { ...inputs }, { ...attributes }) as unknown as tf.Tensor[];
  const [parameter, m, v, moved] = results as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  return { parameter, m, v, moved };
}
