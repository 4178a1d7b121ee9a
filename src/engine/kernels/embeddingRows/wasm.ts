/**
 * Embedding rows on the wasm backend, on its own memory: a few thousand rows are copied in less time than tfjs's gather
 * takes to check their ids. Inputs and outputs as in composed.ts.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { EmbeddingRowsAttributes } from './composed.ts';

export const forwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { ids, weight, mask } = inputs as { ids: TensorInfo; weight: TensorInfo; mask?: TensorInfo };
  const [vocabulary, size] = weight.shape as [number, number];
  const result = kernels.allocate([ids.shape[0]!, size]);
  const [to, table] = [kernels.floats(result), kernels.floats(weight)];
  const scales = mask ? kernels.floats(mask) : null;
  for (const [row, id] of kernels.ints(ids).entries()) {
    if (!(id >= 0 && id < vocabulary)) throw new RangeError(`token ${id} is not in the vocabulary of ${vocabulary}`);
    const scale = scales ? scales[id]! : 1;
    const [at, from] = [row * size, id * size];
    if (scale === 1) to.set(table.subarray(from, from + size), at);
    else for (let k = 0; k < size; k++) to[at + k] = table[from + k]! * scale;
  }
  return result;
};

export const backwardOnWasm: KernelFunc = ({ inputs, attrs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { ids, dy, mask } = inputs as { ids: TensorInfo; dy: TensorInfo; mask?: TensorInfo };
  const { vocabulary, padding } = attrs as unknown as EmbeddingRowsAttributes;
  const size = dy.shape[1]!;
  const result = kernels.allocate([vocabulary, size]);
  const [sums, slopes] = [kernels.floats(result).fill(0), kernels.floats(dy)];
  const scales = mask ? kernels.floats(mask) : null;
  for (const [row, id] of kernels.ints(ids).entries()) {
    const scale = scales ? scales[id]! : 1;
    if (id === padding || scale === 0) continue;
    const [from, to] = [row * size, id * size];
    for (let k = 0; k < size; k++) sums[to + k]! += slopes[from + k]! * scale;
  }
  return result;
};
