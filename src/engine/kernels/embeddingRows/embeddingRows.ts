/**
 * Rows of an embedding, looked up before they are masked: the same values as masking the whole table, without
 * touching V x E cells. Its own gradient adds up the occurrences of each id.
 */
import * as tf from '@tensorflow/tfjs-core';
import './unsortedSegmentSum.ts';

/**
 * ids int32 of any shape, weight [V, E], mask [V, 1] or none; gives [...ids.shape, E].
 * dloss/dweight[v] is mask[v] times the sum over v's occurrences; the row `padding` gets none (its value is used).
 */
export function embeddingRows(
  ids: tf.Tensor,
  weight: tf.Tensor,
  mask: tf.Tensor | null,
  padding: number | null,
): tf.Tensor {
  const [vocabulary = 0, size = 0] = weight.shape;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [weight] = args as [tf.Tensor];
    const flat = tf.reshape<tf.Rank.R1>(ids, [-1]);
    const scale = mask ? tf.gather(mask, flat) : null;
    const rows = tf.gather(weight, flat);
    save(scale ? [flat, scale] : [flat]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [flat, scale] = saved as [tf.Tensor1D, tf.Tensor | undefined];
      let rows = tf.reshape(dy, [-1, size]);
      if (scale) rows = tf.mul(rows, scale);
      if (padding !== null) {
        const learns = tf.cast(tf.notEqual(flat, tf.scalar(padding, 'int32')), 'float32');
        rows = tf.mul(rows, tf.reshape(learns, [-1, 1]));
      }
      return tf.unsortedSegmentSum(rows, flat, vocabulary);
    };
    return { value: tf.reshape(scale ? tf.mul(rows, scale) : rows, [...ids.shape, size]), gradFunc };
  });
  return operation(weight);
}
