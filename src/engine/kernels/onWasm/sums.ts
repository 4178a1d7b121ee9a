/** Sums and means over some axes on the wasm backend, in double precision: one job. */
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { type Axis, merged, sizeOf, stridesOf } from './axes.ts';
import { filled } from './fill.ts';
import { type OwnKernel, registerOwn } from './ownKernel.ts';

interface SumAttributes {
  axis?: number | number[];
  keepDims?: boolean;
}

const sumsOnWasm =
  (isMean: boolean): OwnKernel =>
  ({ inputs, attrs, backend }) => {
    const x = inputs['x'] as TensorInfo;
    const { axis, keepDims = false } = attrs as SumAttributes;
    if (x.dtype !== 'float32') return null;
    const summed = new Set(util.parseAxisParam(axis ?? x.shape.map((_, at) => at), x.shape));
    const kept = x.shape.map((size, at) => (summed.has(at) ? 1 : size));
    const shape = keepDims ? kept : x.shape.filter((_, at) => !summed.has(at));
    const kernels = WasmKernels.of(backend);
    const [size, count] = [sizeOf(x.shape), sizeOf(kept)];
    if (size === 0) return filled(kernels, shape, isMean ? NaN : 0);
    const [from, to] = [stridesOf(x.shape), stridesOf(kept)];
    const axes = x.shape.map((size, at): Axis => ({ size, strides: [from[at]!, summed.has(at) ? 0 : to[at]!] }));
    const words = axisWords(merged(axes));
    if (!words) return null;
    const result = kernels.allocate(shape);
    const addresses = [kernels.address(x), kernels.address(result)];
    kernels.run('sums', [...addresses, isMean ? size / count : 1, ...words], size);
    return result;
  };

/** Sizes of two kept and two summed axes and their strides in x; null where there are more. */
function axisWords(axes: readonly Axis[]): number[] | null {
  const one: Axis = { size: 1, strides: [0] };
  const two = (some: readonly Axis[]): Axis[] => [one, one, ...some].slice(-2);
  const [kept, summed] = [
    axes.filter(({ strides }) => strides[1] !== 0),
    axes.filter(({ strides }) => strides[1] === 0),
  ];
  if (kept.length > 2 || summed.length > 2) return null;
  const all = [...two(kept), ...two(summed)];
  return [...all.map(({ size }) => size), ...all.map(({ strides }) => strides[0]!)];
}

registerOwn('Sum', sumsOnWasm(false));
registerOwn('Mean', sumsOnWasm(true));
