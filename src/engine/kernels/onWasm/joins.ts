/** Joining tensors along an axis, or stacking them along a new one, on the wasm backend: one job for sixteen of them. */
import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { JOINED } from '../../wasm/jobs.ts';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { sizeOf } from './axes.ts';
import { allFloat, reference, registerOwn } from './ownKernel.ts';

/** Parts whose rows, those of the axes before `axis`, are put one after another; `shape` is that of the result. */
function joined(parts: readonly TensorInfo[], axis: number, shape: number[], backend: object): TensorInfo {
  const kernels = WasmKernels.of(backend);
  const result = kernels.allocate(shape);
  const rows = sizeOf(shape.slice(0, axis));
  const width = sizeOf(shape.slice(axis));
  const nothing = new Array<number>(2 * JOINED).fill(0);
  let start = 0;
  for (let first = 0; first < parts.length && rows > 0; first += JOINED) {
    const some = parts.slice(first, first + JOINED);
    const widths = some.map((part) => sizeOf(part.shape) / rows);
    const pairs = some.flatMap((part, at) => [kernels.address(part), widths[at]!]);
    const written = widths.reduce((a, b) => a + b, 0);
    const words = [rows, width, start, kernels.address(result), some.length, ...pairs, ...nothing];
    kernels.run('join', words.slice(0, 5 + 2 * JOINED), rows * written);
    start += written;
  }
  return result;
}

registerOwn('Concat', ({ inputs, attrs, backend }) => {
  const tensors = Object.values(inputs) as TensorInfo[];
  if (!allFloat(tensors)) return null;
  const shapes = tensors.map(({ shape }) => shape);
  const axis = util.parseAxisParam(attrs!['axis'] as number, shapes[0]!)[0]!;
  backend_util.assertParamsConsistent(shapes, axis);
  const shape = backend_util.computeOutShape(shapes, axis);
  const parts = tensors.filter((tensor) => sizeOf(tensor.shape) > 0);
  return parts.length === 1 ? reference(backend, parts[0]!, shape) : joined(parts, axis, shape, backend);
});

registerOwn('Pack', ({ inputs, attrs, backend }) => {
  const parts = Object.values(inputs) as TensorInfo[];
  if (!allFloat(parts)) return null;
  const [{ shape: own }] = parts as [TensorInfo];
  for (const { shape } of parts) util.assertShapesMatch(own, shape, 'tensors to stack must have the same shape: ');
  const given = attrs!['axis'] as number;
  const axis = given < 0 ? given + own.length + 1 : given;
  const shape = [...own.slice(0, axis), parts.length, ...own.slice(axis)];
  return parts.length === 1 ? reference(backend, parts[0]!, shape) : joined(parts, axis, shape, backend);
});
