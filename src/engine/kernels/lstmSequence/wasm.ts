/** The LSTM on the wasm backend: one call of our own kernels forward and one backward. Inputs and outputs as in composed.ts. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { copyValues } from '../onWasm/copyValues.ts';
import { packedSize } from '../../wasm/jobs.ts';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { BackwardInputs, ForwardInputs } from './lstmSequence.ts';

export const forwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { x, ih, hh, biasIh, biasHh, h0, c0 } = inputs as Record<string, TensorInfo> as ForwardInputs;
  const [batch, time, size] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  const width = 4 * hidden;
  const output = kernels.allocate([batch, time, hidden]);
  const gates = kernels.allocate([batch, time, width]);
  const cells = kernels.allocate([batch, time, hidden]);
  const scratch = kernels.scratch([packedSize(width, size), 4 * packedSize(hidden, hidden), width]);
  const tensors = [x, ih, hh, biasIh, biasHh, h0, c0, output, gates, cells].map((tensor) => kernels.address(tensor));
  const work = batch * time * width * (size + hidden);
  kernels.run('lstmForward', [batch, time, size, hidden, ...tensors, ...scratch], work);
  const last = kernels.allocate([batch, hidden]);
  const axes = [
    { size: batch, strides: [time * hidden, hidden] },
    { size: hidden, strides: [1, 1] },
  ];
  copyValues(kernels, { tensor: cells, start: (time - 1) * hidden }, { tensor: last, start: 0 }, axes);
  return [output, last, gates, cells];
};

export const backwardOnWasm: KernelFunc = ({ inputs, backend }) => {
  const kernels = WasmKernels.of(backend);
  const { x, ih, hh, h0, c0, output, kept0, kept1, dy } = inputs as Record<string, TensorInfo> as BackwardInputs;
  const [gates, cells] = [kept0!, kept1!];
  const [batch, time, size] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  const width = 4 * hidden;
  const rows = batch * time;
  const results = [[batch, time, size], [width, size], [width, hidden], [width], [batch, time, hidden]].map((shape) =>
    kernels.allocate(shape),
  );
  const scratch = kernels.scratch([
    rows * width,
    batch * hidden,
    batch * hidden,
    packedSize(size, width),
    packedSize(hidden, width),
    packedSize(size, rows),
    packedSize(hidden, rows),
  ]);
  const tensors = [x, ih, hh, h0, c0, output, gates, cells, dy, ...results].map((tensor) => kernels.address(tensor));
  const work = 2 * rows * width * (size + hidden);
  kernels.run('lstmBackward', [batch, time, size, hidden, ...tensors, ...scratch], work);
  return results;
};
