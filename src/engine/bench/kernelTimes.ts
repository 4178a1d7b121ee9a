/**
 * Times every kernel that the current backend runs. Kernels compute before they return on all our backends, so that what a
 * call takes is what the work takes; a kernel that calls another one is not charged for it.
 */
import * as tf from '@tensorflow/tfjs-core';

export interface KernelTime {
  readonly ms: number;
  readonly calls: number;
}

/** Runs `fn`, and gives by kernel name how long its calls took together. */
export function timeKernels(fn: () => void): Map<string, KernelTime> {
  const backendName = tf.getBackend();
  const originals = tf.getKernelsForBackend(backendName);
  const times = new Map<string, KernelTime>();
  /** Of each call under way: milliseconds spent in the calls it made. */
  const inner: number[] = [];
  for (const { kernelName, kernelFunc } of originals) {
    replace(kernelName, backendName, (...args) => {
      inner.push(0);
      const began = performance.now();
      try {
        return kernelFunc(...args);
      } finally {
        const took = performance.now() - began;
        const own = took - inner.pop()!;
        if (inner.length > 0) inner[inner.length - 1]! += took;
        const { ms, calls } = times.get(kernelName) ?? { ms: 0, calls: 0 };
        times.set(kernelName, { ms: ms + own, calls: calls + 1 });
      }
    });
  }
  try {
    fn();
  } finally {
    for (const { kernelName, kernelFunc } of originals) replace(kernelName, backendName, kernelFunc);
  }
  return times;
}

function replace(kernelName: string, backendName: string, kernelFunc: tf.KernelFunc): void {
  tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({ kernelName, backendName, kernelFunc });
}
