/** Sums over a whole tensor on the wasm backend, in double precision. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { chunksOf } from '../../wasm/jobs.ts';
import { WasmKernels } from '../../wasm/wasmKernels.ts';

const SQUARES = 0;
const NOT_ZERO = 1;

function reduceOnWasm(what: number): KernelFunc {
  return ({ inputs, backend }) => {
    const kernels = WasmKernels.of(backend);
    const x = inputs['x'] as TensorInfo;
    const size = x.shape.reduce((a, b) => a * b, 1);
    const result = kernels.allocate([]);
    const [sums] = kernels.scratch([2 * chunksOf(size)]) as [number];
    kernels.run('reduction', [kernels.address(x), size, what, sums, kernels.address(result)], size);
    return result;
  };
}

export const squaresOnWasm = reduceOnWasm(SQUARES);
export const notZeroOnWasm = reduceOnWasm(NOT_ZERO);
