/** Cross-entropy on the wasm backend: one pass over the logits forward, one backward. Inputs and outputs as in composed.ts. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';

/** An exponential costs about as much as this many multiply-adds. */
const WORK_PER_CELL = 8;

/** Keeps log sum exp of each row. */
export const forwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { logits, targets } = inputs as Record<'logits' | 'targets', TensorInfo>;
  const [rows, vocabulary] = logits.shape as [number, number];
  const [loss, losses, logSums] = [kernels.allocate([]), kernels.allocate([rows]), kernels.allocate([rows])];
  const addresses = [logits, targets, logSums, losses, loss].map((tensor) => kernels.address(tensor));
  kernels.run('crossEntropyForward', [rows, vocabulary, ...addresses], rows * vocabulary * WORK_PER_CELL);
  return [loss, losses, logSums];
};

export const backwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { logits, targets, kept0, dy } = inputs as Record<'logits' | 'targets' | 'kept0' | 'dy', TensorInfo>;
  const [rows, vocabulary] = logits.shape as [number, number];
  const slope = kernels.allocate([rows, vocabulary]);
  const addresses = [logits, targets, kept0, dy, slope].map((tensor) => kernels.address(tensor));
  kernels.run('crossEntropyBackward', [rows, vocabulary, ...addresses], rows * vocabulary * WORK_PER_CELL);
  return slope;
};
