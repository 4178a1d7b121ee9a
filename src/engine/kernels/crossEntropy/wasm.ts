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
  const loss = kernels.allocate([]);
  const logSums = kernels.allocate([rows]);
  const [losses] = kernels.scratch([rows]) as [number];
  const addresses = [logits, targets, logSums].map((tensor) => kernels.address(tensor));
  const words = [rows, vocabulary, ...addresses, losses, kernels.address(loss)];
  kernels.run('crossEntropyForward', words, rows * vocabulary * WORK_PER_CELL);
  return [loss, logSums];
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
