/** UnsortedSegmentSum for the wasm backend, which lacks it and whose gather has no gradient without it. */
import * as tf from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import { addRowsOnWasm } from './wasm.ts';

/** x [N, ...], segmentIds int32 [N]; gives [numSegments, ...], row s the sum of the rows of x whose id is s. */
const unsortedSegmentSumOnWasm: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
  const table = attrs!['numSegments'] as number;
  if (x.dtype !== 'float32') throw new Error(`unsortedSegmentSum on wasm takes float32 values, not ${x.dtype}`);
  return addRowsOnWasm(WasmKernels.of(backend), { ids: segmentIds, rows: x, mask: null, padding: -1, table });
};

tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSumOnWasm });
