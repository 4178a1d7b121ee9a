/** The mask kernel of the wasm backend: Philox on four blocks at a time. Same bits as host.ts. */
import { type KernelFunc, util } from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { MaskAttributes } from './mask.ts';

/** A block of Philox costs about as much as this many multiply-adds for each of its eight cells. */
const WORK_PER_CELL = 8;

export const maskOnWasm: KernelFunc = ({ inputs, attrs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { shape, threshold, scale, seed, site, repeat } = attrs as unknown as MaskAttributes;
  const size = util.sizeFromShape(shape);
  const mask = kernels.allocate(shape);
  const words = [seed, site, kernels.address(inputs['call']!), repeat, size, threshold, kernels.address(mask)];
  kernels.run('mask', words, size * WORK_PER_CELL, [scale]);
  return mask;
};
