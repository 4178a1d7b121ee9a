/** Clipping by the global gradient norm, as torch.nn.utils.clip_grad_norm_. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * The factor for all gradients: min(1, limit / (norm + 1e-6)), or 1 when limit is 0 (off). Computed, not branched on, so
 * that a recorded step stays right.
 */
export function clipFactor(norm: tf.Scalar, limit: number): tf.Scalar {
  if (limit === 0) return tf.scalar(1);
  return tf.minimum(tf.scalar(1), tf.div(limit, tf.add(norm, 1e-6)));
}

/** The global norm of gradients, from the sums of squares of each. */
export function globalNorm(squares: tf.Tensor[]): tf.Scalar {
  return tf.sqrt(tf.sum(tf.stack(squares)));
}
