/** What broadcasting does to a gradient: it is summed back to the shape of the operand it belongs to. */
import * as tf from '@tensorflow/tfjs-core';

/** dy of a broadcast result, summed over the axes along which an operand of `shape` was repeated. */
export function unbroadcast(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}

/** dy of a reduction over `axes`, repeated back to the reduced operand's `shape`. */
export function expand(dy: tf.Tensor, shape: number[], axis: number | number[] | undefined): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis as number[], shape);
  const kept = shape.map((size, at) => (axes.includes(at) ? 1 : size));
  return tf.broadcastTo(tf.reshape(dy, kept), shape);
}
