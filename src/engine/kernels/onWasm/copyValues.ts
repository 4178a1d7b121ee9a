/** Moves float32 values from one tensor into another, along any axes: one job. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmKernels } from '../../wasm/wasmKernels.ts';
import { type Axis, loopWords } from './axes.ts';

/** `start`: which value of the tensor is the first. */
export interface Place {
  readonly tensor: TensorInfo;
  readonly start?: number;
}

/**
 * Each axis has two strides: in `from` and in `to`. Gives false, with nothing done, for a loop of more than four axes that
 * cannot be merged.
 */
export function copyValues(kernels: WasmKernels, from: Place, to: Place, axes: readonly Axis[]): boolean {
  const loop = loopWords(axes, 2);
  if (!loop) return false;
  const work = loop[0]! * loop[1]! * loop[2]! * loop[3]!;
  if (work === 0) return true;
  const words = [kernels.address(from.tensor), from.start ?? 0, kernels.address(to.tensor), to.start ?? 0, ...loop];
  kernels.run('copy', words, work);
  return true;
}
