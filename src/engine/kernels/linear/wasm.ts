/** The linear map on the wasm backend: packed products of our own. Inputs and outputs as in composed.ts. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { packedSize } from '../../wasm/jobs.ts';
import { WasmKernels } from '../../wasm/wasmKernels.ts';

const FLOAT = 4;
const NONE = 0;

export const forwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { x, weight, bias } = inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  const [rows, size] = x.shape as [number, number];
  const width = weight.shape[0]!;
  const result = kernels.allocate([rows, width]);
  const [packed] = kernels.scratch([packedSize(width, size)]) as [number];
  const [a, b, c] = [x, weight, result].map((tensor) => kernels.address(tensor)) as [number, number, number];
  const start = bias ? kernels.address(bias) : NONE;
  const words = [a, FLOAT * size, FLOAT, b, FLOAT * size, FLOAT, start, c, rows, width, size, packed, NONE];
  kernels.run('product', words, rows * width * size);
  return result;
};

export const backwardOnWasm: KernelFunc = ({ inputs, attrs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { dy, x, weight } = inputs as Record<'dy' | 'x' | 'weight', TensorInfo>;
  const [rows, size] = x.shape as [number, number];
  const width = weight.shape[0]!;
  const dx = kernels.allocate([rows, size]);
  const dWeight = kernels.allocate([width, size]);
  const results = attrs!['bias'] === true ? [dx, dWeight, kernels.allocate([width])] : [dx, dWeight];
  const [packedWeight, packedX] = kernels.scratch([packedSize(size, width), packedSize(size, rows)]) as [
    number,
    number,
  ];
  const address = (tensor: TensorInfo | undefined): number => (tensor ? kernels.address(tensor) : NONE);
  const work = rows * width * size;
  // dx = dy W, and dW = dyᵀ x with the sums of dy's columns on the way.
  const [slope, down] = [address(dy), FLOAT * width];
  const toX = [slope, down, FLOAT, address(weight), FLOAT, FLOAT * size, NONE, address(dx)];
  kernels.run('product', [...toX, rows, size, width, packedWeight, NONE], work);
  const toWeight = [slope, FLOAT, down, address(x), FLOAT, FLOAT * size, NONE, address(dWeight)];
  kernels.run('product', [...toWeight, width, size, rows, packedX, address(results[2])], work);
  return results;
};
