/** Tensors of one value on the wasm backend: one job. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { sizeOf } from './axes.ts';
import { registerOwn } from './ownKernel.ts';

/** A new float32 tensor with `value` everywhere. */
export function filled(kernels: WasmKernels, shape: readonly number[], value: number): TensorInfo {
  const result = kernels.allocate([...shape]);
  const size = sizeOf(shape);
  if (size > 0) kernels.run('fill', [kernels.address(result), size], size, [value]);
  return result;
}

registerOwn('Fill', ({ attrs, backend }) => {
  const { shape, value, dtype } = attrs as { shape: number[]; value: number | string; dtype?: string };
  if (typeof value !== 'number' || (dtype ?? 'float32') !== 'float32') return null;
  return filled(WasmKernels.of(backend), shape, value);
});

for (const [name, value] of [
  ['ZerosLike', 0],
  ['OnesLike', 1],
] as const) {
  registerOwn(name, ({ inputs, backend }) => {
    const { dtype, shape } = inputs['x'] as TensorInfo;
    return dtype === 'float32' ? filled(WasmKernels.of(backend), shape, value) : null;
  });
}
