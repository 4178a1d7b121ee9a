/**
 * Embedding rows with the options of PyTorch's F.embedding that few models use. Composed of tfjs operations: what every
 * step of a language model does is embeddingRows.ts.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface EmbeddingOptions {
  /** Rows of a larger norm are looked up scaled down to it. */
  readonly maxNorm?: number;
  /** Which norm: 1, 2 (the default) or any other p. */
  readonly normType?: number;
  /** Divides the gradient of a row by how often its id is in the batch. */
  readonly scaleGradByFreq?: boolean;
}

interface Lookup extends EmbeddingOptions {
  /** Of each row of the table, [V, 1]; null for ones. */
  readonly mask: tf.Tensor | null;
  /** Of every row. */
  readonly scale: number;
  readonly padding: number | null;
}

/**
 * ids int32 of any shape, weight [V, E]; gives [...ids.shape, E]. As in PyTorch a row is masked and scaled, then limited
 * to maxNorm, and the gradient takes the limited row for the row itself: it knows mask and scale, not the limiting.
 * Unlike PyTorch, which writes limited rows back into the table, nothing is ever written.
 */
export function limitedRows(
  ids: tf.Tensor,
  weight: tf.Tensor,
  { mask, scale, padding, ...options }: Lookup,
): tf.Tensor {
  const [vocabulary = 0, size = 0] = weight.shape;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [weight] = args as [tf.Tensor];
    const flat = tf.reshape<tf.Rank.R1>(ids, [-1]);
    const factor = mask ? tf.mul(tf.gather(mask, flat), scale) : tf.fill([flat.size, 1], scale);
    const value = limited(tf.mul(tf.gather(weight, flat), factor), options);
    save([flat, factor]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [flat, factor] = saved as [tf.Tensor1D, tf.Tensor];
      let slope = tf.mul(tf.reshape(dy, [-1, size]), factor);
      if (padding !== null) {
        const learns = tf.cast(tf.notEqual(flat, tf.scalar(padding, 'int32')), 'float32');
        slope = tf.mul(slope, tf.reshape(learns, [-1, 1]));
      }
      if (options.scaleGradByFreq === true) {
        const counts = tf.unsortedSegmentSum(tf.ones([flat.size, 1]), flat, vocabulary);
        slope = tf.div(slope, tf.gather(counts, flat));
      }
      return tf.unsortedSegmentSum(slope, flat, vocabulary);
    };
    return { value: tf.reshape(value, [...ids.shape, size]), gradFunc };
  });
  return operation(weight);
}

/** Kept off the norm by PyTorch too. */
const EPSILON = 1e-7;

function limited(rows: tf.Tensor, { maxNorm, normType = 2 }: EmbeddingOptions): tf.Tensor {
  if (maxNorm === undefined) return rows;
  const norms = tf.pow(tf.sum(tf.pow(tf.abs(rows), normType), 1, true), 1 / normType);
  const factor = tf.where(tf.greater(norms, maxNorm), tf.div(maxNorm, tf.add(norms, EPSILON)), tf.onesLike(norms));
  return tf.mul(rows, factor);
}
