/**
 * Embedding rows on the wasm backend: rows copied and rows added up by our own jobs. Inputs and outputs as in composed.ts.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { EmbeddingRowsAttributes } from './composed.ts';

const NONE = 0;

export const forwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { ids, weight, mask } = inputs as { ids: TensorInfo; weight: TensorInfo; mask?: TensorInfo };
  const [vocabulary, size] = weight.shape as [number, number];
  const count = ids.shape[0]!;
  // The one look at values on the host: a job has no words for what is wrong.
  const outside = kernels.ints(ids).find((id) => !(id >= 0 && id < vocabulary));
  if (outside !== undefined) throw new RangeError(`token ${outside} is not in the vocabulary of ${vocabulary}`);
  const result = kernels.allocate([count, size]);
  const [from, table, to] = [ids, weight, result].map((tensor) => kernels.address(tensor)) as [number, number, number];
  kernels.run('gatherRows', [count, size, from, table, mask ? kernels.address(mask) : NONE, to], count * size);
  return result;
};

export const backwardOnWasm: KernelFunc = ({ inputs, attrs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { ids, dy, mask } = inputs as { ids: TensorInfo; dy: TensorInfo; mask?: TensorInfo };
  const { vocabulary, padding } = attrs as unknown as EmbeddingRowsAttributes;
  return addRowsOnWasm(kernels, { ids, rows: dy, mask: mask ?? null, padding, table: vocabulary });
};

interface RowsToAdd {
  /** int32 [N]: which row of the result gets which of `rows`; none does where it is not one of the result's. */
  ids: TensorInfo;
  /** [N, ...] */
  rows: TensorInfo;
  /** A factor for each row of the result, or none. */
  mask: TensorInfo | null;
  /** The row that gets nothing, or -1. */
  padding: number;
  /** Rows of the result. */
  table: number;
}

/** Sums of rows that belong together, [table, ...]. */
export function addRowsOnWasm(kernels: WasmKernels, { ids, rows, mask, padding, table }: RowsToAdd): TensorInfo {
  const [count = 0, ...shape] = rows.shape;
  const width = shape.reduce((a, b) => a * b, 1);
  const result = kernels.allocate([table, ...shape]);
  const [numbers, from, to] = [ids, rows, result].map((tensor) => kernels.address(tensor)) as [number, number, number];
  const words = [count, width, numbers, from, mask ? kernels.address(mask) : NONE, padding, to, table];
  kernels.run('addRows', words, (table + count) * width);
  return result;
}
