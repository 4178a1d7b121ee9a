/** Adam on the wasm backend: one pass over the parameter. Results as in composed.ts. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { chunksOf } from '../../wasm/jobs.ts';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { AdamAttributes, AdamInputs } from './adam.ts';

/** A square root, a division and seven streams of memory cost about as much as this many multiply-adds. */
const WORK_PER_CELL = 8;

export const adamOnWasm: KernelFunc = ({ inputs, attrs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { parameter, gradient, m, v, ...scalars } = inputs as Record<string, TensorInfo> as Infos;
  const { squareMomentum, epsilon } = attrs as unknown as AdamAttributes;
  const { shape } = parameter;
  const size = shape.reduce((a, b) => a * b, 1);
  const results = [kernels.allocate(shape), kernels.allocate(shape), kernels.allocate(shape)];
  const moved = kernels.allocate([]);
  const [sums] = kernels.scratch([2 * chunksOf(size)]) as [number];
  const addresses = (tensors: TensorInfo[]): number[] => tensors.map((tensor) => kernels.address(tensor));
  const rates = [scalars.factor, scalars.momentum, scalars.rest, scalars.size, scalars.correction, scalars.keep];
  kernels.run(
    'adam',
    [size, ...addresses([parameter, gradient, m, v, ...results]), sums, ...addresses([moved, ...rates])],
    size * WORK_PER_CELL,
    [squareMomentum, 1 - squareMomentum, epsilon],
  );
  return [...results, moved];
};

type Infos = Record<keyof AdamInputs, TensorInfo>;
