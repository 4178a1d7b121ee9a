/** Activation regularisation (Merity, McCann and Socher 2017): small outputs (AR) that change slowly in time (TAR). */
import * as tf from '@tensorflow/tfjs-core';
import { squares } from '../kernels/reductions/reductions.ts';

/** alpha times the mean of squares of the last layer's output after its dropout, [B, T, H]. */
export function activationRegularisation(dropped: tf.Tensor, alpha: number): tf.Scalar {
  return meanSquare(dropped, alpha);
}

/** beta times the mean squared difference along time of the last layer's output before its dropout; 0 for T = 1. */
export function temporalRegularisation(raw: tf.Tensor3D, beta: number): tf.Scalar {
  const [batch, time, size] = raw.shape;
  if (time < 2) return tf.scalar(0);
  const later = tf.slice(raw, [0, 1, 0], [batch, time - 1, size]);
  const earlier = tf.slice(raw, [0, 0, 0], [batch, time - 1, size]);
  return meanSquare(tf.sub(later, earlier), beta);
}

function meanSquare(x: tf.Tensor, factor: number): tf.Scalar {
  return tf.mul(squares(x), factor / x.size);
}
