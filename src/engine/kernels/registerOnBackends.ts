/** Makes an operation of our own known to tfjs: its name, and what computes it on each backend. */
import * as tf from '@tensorflow/tfjs-core';

/** One implementation a backend. */
interface Implementations {
  readonly cpu: tf.KernelFunc;
  readonly wasm: tf.KernelFunc;
  readonly tensorflow: tf.KernelFunc;
}

/** Registers a kernel under this name; each name is registered once. */
export function registerOnBackends(kernelName: string, implementations: Implementations): void {
  for (const [backendName, kernelFunc] of Object.entries(implementations) as [string, tf.KernelFunc][])
    tf.registerKernel({ kernelName, backendName, kernelFunc });
}
