/** Element-wise arithmetic of the wasm backend, with broadcasting: one job. */
import * as tf from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { type Axis, loopWords, merged, MOST_AXES, sizeOf, stridesOf } from './axes.ts';
import { allFloat, type OwnKernel, registerOwn } from './ownKernel.ts';

/** Numbers of the operations (assembly/elementwise.ts). */
const OF_TWO = { Add: 0, Sub: 1, Multiply: 2, RealDiv: 3, Minimum: 4, Maximum: 5, SquaredDifference: 6 };
/** Of one operand, which is given twice. */
const OF_ONE = { Square: OF_TWO.Multiply, Sqrt: 7, Neg: 8 };

function calculate(operation: number, a: tf.TensorInfo, b: tf.TensorInfo, backend: object): tf.TensorInfo | null {
  if (!allFloat([a, b])) return null;
  const shape = tf.util.arraysEqual(a.shape, b.shape)
    ? a.shape
    : tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const [ofA, ofB] = [repeatedStrides(a.shape, shape), repeatedStrides(b.shape, shape)];
  const axes = merged(shape.map((size, axis): Axis => ({ size, strides: [ofA[axis]!, ofB[axis]!] })));
  if (axes.length > MOST_AXES) return null;
  const kernels = WasmKernels.of(backend);
  const result = kernels.allocate(shape);
  const size = sizeOf(shape);
  const [first, second, to] = [a, b, result].map((tensor) => kernels.address(tensor)) as [number, number, number];
  if (size > 0) kernels.run('elementwise', [operation, first, second, to, ...loopWords(axes, 2)], size);
  return result;
}

/** Strides of an array that is repeated to fill `shape`. */
function repeatedStrides(own: readonly number[], shape: readonly number[]): number[] {
  const before = shape.length - own.length;
  const strides = stridesOf(own);
  return shape.map((_, axis) => (axis < before || own[axis - before] === 1 ? 0 : strides[axis - before]!));
}

for (const [name, operation] of Object.entries(OF_TWO)) {
  registerOwn(name, ({ inputs, backend }) =>
    calculate(operation, inputs['a'] as tf.TensorInfo, inputs['b'] as tf.TensorInfo, backend),
  );
}

for (const [name, operation] of Object.entries(OF_ONE)) {
  const own: OwnKernel = ({ inputs, backend }) => {
    const x = inputs['x'] as tf.TensorInfo;
    return calculate(operation, x, x, backend);
  };
  registerOwn(name, own);
}

/** Two at a time, from the first on. */
registerOwn('AddN', ({ inputs, backend }) => {
  const [first, ...others] = Object.values(inputs) as tf.TensorInfo[];
  let sum = first!;
  if (others.length === 0 || !allFloat([sum, ...others])) return null;
  for (const [at, other] of others.entries()) {
    const next = calculate(OF_TWO.Add, sum, other, backend);
    if (at > 0) WasmKernels.of(backend).free(sum);
    // Equal shapes are one axis.
    sum = next!;
  }
  return sum;
});
