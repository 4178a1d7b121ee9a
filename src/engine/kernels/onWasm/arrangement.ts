/** What moves values without changing them on the wasm backend: slices, padding, repetition, transposes, reversals. */
import { backend_util, slice_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { type Axis, sizeOf, stridesOf } from './axes.ts';
import { copyValues } from './copyValues.ts';
import { filled } from './fill.ts';
import { type OwnKernel, reference, registerOwn } from './ownKernel.ts';

/** A kernel of one float32 tensor. */
const ofFloats =
  (
    input: string,
    own: (x: TensorInfo, attrs: Record<string, unknown>, backend: object) => ReturnType<OwnKernel>,
  ): OwnKernel =>
  ({ inputs, attrs, backend }) => {
    const x = inputs[input] as TensorInfo;
    return x.dtype === 'float32' ? own(x, attrs as Record<string, unknown>, backend) : null;
  };

/** The part of x with these sizes that begins at `begin`, in the shape `shape`. */
function part(x: TensorInfo, begin: number[], size: number[], shape: number[], backend: object): TensorInfo {
  if (util.arraysEqual(size, x.shape)) return reference(backend, x, shape);
  const [from, to] = [stridesOf(x.shape), stridesOf(size)];
  const start = begin.reduce((sum, at, axis) => sum + at * from[axis]!, 0);
  return arranged(
    x,
    start,
    size.map((count, axis) => ({ size: count, strides: [from[axis]!, to[axis]!] })),
    shape,
    backend,
  );
}

/** A new tensor made by one loop over it, which begins at its first value and at value `start` of x. */
function arranged(x: TensorInfo, start: number, axes: Axis[], shape: number[], backend: object): TensorInfo {
  const kernels = WasmKernels.of(backend);
  const result = kernels.allocate(shape);
  copyValues(kernels, { tensor: x, start }, { tensor: result, start: 0 }, axes);
  return result;
}

/** Parts that lie one after another along an axis. */
function parts(x: TensorInfo, axis: number, sizes: number[], shapeOf: (size: number[]) => number[], backend: object) {
  let start = 0;
  return sizes.map((count) => {
    const [begin, size] = [x.shape.map(() => 0), [...x.shape]];
    begin[axis] = start;
    size[axis] = count;
    start += count;
    return part(x, begin, size, shapeOf(size), backend);
  });
}

registerOwn(
  'Slice',
  ofFloats('x', (x, attrs, backend) => {
    const { begin: given, size: wanted } = attrs as { begin: number[]; size: number[] };
    const [begin, size] = slice_util.parseSliceParams(x, given, wanted) as [number[], number[]];
    slice_util.assertParamsValid(x, begin, size);
    return part(x, begin, size, size, backend);
  }),
);

registerOwn(
  'SplitV',
  ofFloats('x', (x, attrs, backend) => {
    const axis = util.parseAxisParam(attrs['axis'] as number, x.shape)[0]!;
    const sizes = backend_util.prepareSplitSize(x, attrs['numOrSizeSplits'] as number[], axis);
    return parts(x, axis, sizes, (size) => size, backend);
  }),
);

registerOwn(
  'Unpack',
  ofFloats('value', (x, attrs, backend) => {
    const axis = util.parseAxisParam(attrs['axis'] as number, x.shape)[0]!;
    const ones = new Array<number>(x.shape[axis]!).fill(1);
    return parts(x, axis, ones, (size) => size.filter((_, at) => at !== axis), backend);
  }),
);

registerOwn(
  'PadV2',
  ofFloats('x', (x, attrs, backend) => {
    const { paddings, constantValue } = attrs as { paddings: [number, number][]; constantValue: number };
    const shape = x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]);
    const kernels = WasmKernels.of(backend);
    const result = filled(kernels, shape, constantValue);
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
    const start = paddings.reduce((sum, [before], axis) => sum + before * to[axis]!, 0);
    const axes = x.shape.map((size, axis): Axis => ({ size, strides: [from[axis]!, to[axis]!] }));
    copyValues(kernels, { tensor: x, start: 0 }, { tensor: result, start }, axes);
    return result;
  }),
);

registerOwn(
  'Tile',
  ofFloats('x', (x, attrs, backend) => {
    const reps = attrs['reps'] as number[];
    const shape = x.shape.map((size, axis) => size * reps[axis]!);
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = x.shape.flatMap((size, axis): Axis[] => [
      { size: reps[axis]!, strides: [0, size * to[axis]!] },
      { size, strides: [from[axis]!, to[axis]!] },
    ]);
    return arranged(x, 0, axes, shape, backend);
  }),
);

registerOwn(
  'Transpose',
  ofFloats('x', (x, attrs, backend) => {
    const order = attrs['perm'] as number[];
    const shape = order.map((axis) => x.shape[axis]!);
    const moved = order.filter((axis) => x.shape[axis] !== 1);
    if (moved.every((axis, at) => at === 0 || axis > moved[at - 1]!)) return reference(backend, x, shape);
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
    const axes = order.map((axis, at): Axis => ({ size: shape[at]!, strides: [from[axis]!, to[at]!] }));
    return arranged(x, 0, axes, shape, backend);
  }),
);

registerOwn(
  'Reverse',
  ofFloats('x', (x, attrs, backend) => {
    const reversed = new Set(util.parseAxisParam(attrs['dims'] as number[], x.shape));
    const strides = stridesOf(x.shape);
    let start = 0;
    const axes = x.shape.map((size, axis): Axis => {
      const stride = strides[axis]!;
      if (!reversed.has(axis) || sizeOf(x.shape) === 0) return { size, strides: [stride, stride] };
      start += (size - 1) * stride;
      return { size, strides: [-stride, stride] };
    });
    return arranged(x, start, axes, x.shape, backend);
  }),
);
