/**
 * The gradients that the engine registers itself. tfjs-node registers tfjs's full set when it is loaded, over ours, in a
 * registry that all backends share: whoever loads it puts ours back.
 */
import * as tf from '@tensorflow/tfjs-core';

const own = new Map<string, tf.GradConfig>();

export function registerOwnGradient(gradient: tf.GradConfig): void {
  own.set(gradient.kernelName, gradient);
  tf.registerGradient(gradient);
}

/** Registers all of them again. */
export function restoreOwnGradients(): void {
  for (const gradient of own.values()) tf.registerGradient(gradient);
}
