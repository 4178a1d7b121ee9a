/** Adam from ordinary tfjs operations. */
import * as tf from '@tensorflow/tfjs-core';
import type { AdamAttributes, AdamInputs } from './adam.ts';

/** Gives the new parameter, m and v, and the squares of the parameter's change, summed. */
export const adamComposed: tf.KernelFunc = ({ inputs, attrs }) => {
  const { parameter, gradient, factor, m, v, momentum, rest, size, correction, keep } = inputs as unknown as AdamInputs;
  const { squareMomentum, epsilon } = attrs as unknown as AdamAttributes;
  return tf.tidy(() => {
    const clipped = tf.mul(gradient, factor);
    const newM = tf.add(tf.mul(m, momentum), tf.mul(clipped, rest));
    const newV = tf.add(tf.mul(v, squareMomentum), tf.mul(tf.square(clipped), 1 - squareMomentum));
    const scale = tf.add(tf.sqrt(tf.mul(newV, correction)), epsilon);
    const after = tf.sub(tf.mul(parameter, keep), tf.mul(tf.div(newM, scale), size));
    return [after, newM, newV, tf.sum(tf.square(tf.sub(after, parameter)))];
  });
};
