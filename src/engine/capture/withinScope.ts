/**
 * tf.tidy for work whose result holds no tensors, or only kept ones: tidy would search a result for tensors, through all that
 * it refers to.
 */
import * as tf from '@tensorflow/tfjs-core';

/** Runs `fn`, then frees the tensors that it made and did not keep. */
export function withinScope<T>(fn: () => T): T {
  const engine = tf.engine();
  engine.startScope();
  try {
    return fn();
  } finally {
    engine.endScope();
  }
}
