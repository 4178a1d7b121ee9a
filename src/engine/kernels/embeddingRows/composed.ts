/** Embedding rows from ordinary tfjs operations. */
import * as tf from '@tensorflow/tfjs-core';

export interface EmbeddingRowsAttributes {
  vocabulary: number;
  /** The row that gets no gradient, or -1. */
  padding: number;
}

/** ids int32 [N], weight [V, E], mask [V, 1] or absent; gives [N, E]. */
export const forwardComposed: tf.KernelFunc = ({ inputs }) => {
  const { ids, weight, mask } = inputs as { ids: tf.Tensor1D; weight: tf.Tensor2D; mask?: tf.Tensor2D };
  return tf.tidy(() => {
    const rows = tf.gather(weight, ids);
    return mask ? tf.mul(rows, tf.gather(mask, ids)) : rows;
  });
};

/** dy [N, E]; gives dloss/dweight [V, E]. */
export const backwardComposed: tf.KernelFunc = ({ inputs, attrs }) => {
  const { ids, dy, mask } = inputs as { ids: tf.Tensor1D; dy: tf.Tensor2D; mask?: tf.Tensor2D };
  const { vocabulary, padding } = attrs as unknown as EmbeddingRowsAttributes;
  return tf.tidy(() => {
    let rows: tf.Tensor = dy;
    if (mask) rows = tf.mul(rows, tf.gather(mask, ids));
    if (padding >= 0) {
      const learns = tf.cast(tf.notEqual(ids, tf.scalar(padding, 'int32')), 'float32');
      rows = tf.mul(rows, tf.reshape(learns, [-1, 1]));
    }
    return tf.unsortedSegmentSum(rows, ids, vocabulary);
  });
};
