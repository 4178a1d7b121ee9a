/**
 * Kernels of tfjs's wasm backend done by our own jobs instead: quicker on small tensors, on all threads for large ones, and
 * known to whoever records a step. What ours do not know (other types than float32, mostly) is left to the stock kernel.
 */
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/** Like tf.KernelFunc, but null stands for: not mine. */
export type OwnKernel = (...given: Parameters<tf.KernelFunc>) => tf.TensorInfo | tf.TensorInfo[] | null;

/** `own` comes before the stock kernel of that name from now on. */
export function registerOwn(kernelName: string, own: OwnKernel): void {
  const stock = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...stock, kernelFunc: (given) => own(given) ?? stock.kernelFunc(given) });
}

interface ReferenceCounting {
  incRef(dataId: object): void;
}

/** The same values in another shape, without copying. Nothing writes into a tensor in place. */
export function reference(backend: unknown, { dataId, dtype }: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  (backend as ReferenceCounting).incRef(dataId);
  return { dataId, shape, dtype };
}

export function allFloat(tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === 'float32');
}
