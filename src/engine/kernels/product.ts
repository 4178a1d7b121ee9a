/**
 * Matrix products that every backend is quick at. The wasm backend multiplies transposed operands about 20 times
 * slower than plain ones, so transposes are made explicit here; gradients of tf.matMul must not be used in a step.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The transpose of a [R, C]. */
export function transposed(a: tf.Tensor): tf.Tensor2D {
  return tf.transpose(a as tf.Tensor2D, [1, 0]);
}

/** aᵀ b for a [N, A] and b [N, B]: [A, B]; what a weight gradient is, summed over N rows. */
export function transposedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor2D {
  return tf.matMul(transposed(a), b);
}

/** Sums over rows of a [N, C], as a product: wasm's own sum over the first axis transposes first. */
export function columnSums(a: tf.Tensor): tf.Tensor1D {
  const [rows = 0, columns = 0] = a.shape;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), a as tf.Tensor2D), [columns]);
}
