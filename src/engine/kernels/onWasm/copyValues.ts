/** Moves float32 values from one tensor into another, along any axes: one job. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmKernels } from '../../wasm/wasmKernels.ts';
import { type Axis, loopWords, merged, MOST_AXES } from './axes.ts';

/** A tensor, and which of its values is the first. */
interface Place {
  readonly tensor: TensorInfo;
  readonly start: number;
}

/** Each axis has two strides: in `from` and in `to`. */
export function copyValues(kernels: WasmKernels, from: Place, to: Place, axes: readonly Axis[]): void {
  const few = merged(axes);
  const size = few.reduce((product, axis) => product * axis.size, 1);
  if (size === 0) return;
  if (few.length > MOST_AXES) {
    const [outer, ...inner] = few as [Axis, ...Axis[]];
    const later = ({ tensor, start }: Place, distance: number): Place => ({ tensor, start: start + distance });
    for (let at = 0; at < outer.size; at++) {
      copyValues(kernels, later(from, at * outer.strides[0]!), later(to, at * outer.strides[1]!), inner);
    }
    return;
  }
  const [source, target] = [kernels.address(from.tensor), kernels.address(to.tensor)];
  kernels.run('copy', [source, from.start, target, to.start, ...loopWords(few, 2)], size);
}
