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
  const losses = kernels.allocate([rows]);
  const addresses = [logits, targets, logSums, losses].map((tensor) => kernels.address(tensor));
  kernels.run('crossEntropyForward', [rows, vocabulary, ...addresses], rows * vocabulary * WORK_PER_CELL);
  kernels.floats(loss)[0] = kernels.floats(losses).reduce((sum, value) => sum + value, 0) / rows;
  kernels.free(losses);
  return [loss, logSums];
};

export const backwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { logits, targets, kept0, dy } = inputs as Record<'logits' | 'targets' | 'kept0' | 'dy', TensorInfo>;
  const [rows, vocabulary] = logits.shape as [number, number];
  const slope = kernels.allocate([rows, vocabulary]);
  const scale = kernels.floats(dy)[0]! / rows;
  const addresses = [logits, targets, kept0, slope].map((tensor) => kernels.address(tensor));
  kernels.run('crossEntropyBackward', [rows, vocabulary, ...addresses], rows * vocabulary * WORK_PER_CELL, [scale]);
  return slope;
};
