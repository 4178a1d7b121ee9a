/** UnsortedSegmentSum for the wasm backend, which lacks it and whose gather has no gradient without it. */
import * as tf from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';

/** x [N, ...], segmentIds int32 [N]; gives [numSegments, ...], row s the sum of the rows of x whose id is s. */
const unsortedSegmentSumOnWasm: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const memory = WasmKernels.of(backend);
  const { x, segmentIds } = inputs as Record<'x' | 'segmentIds', tf.TensorInfo>;
  const segments = attrs!['numSegments'] as number;
  if (x.dtype !== 'float32') throw new Error(`unsortedSegmentSum on wasm takes float32 values, not ${x.dtype}`);
  const width = tf.util.sizeFromShape(x.shape.slice(1));
  const result = memory.allocate([segments, ...x.shape.slice(1)]);
  const sums = memory.floats(result).fill(0);
  const rows = memory.floats(x);
  const ids = memory.ints(segmentIds);
  for (let row = 0; row < ids.length; row++) {
    const to = ids[row]! * width;
    if (to < 0) continue; // a negative id belongs to no segment
    const from = row * width;
    for (let k = 0; k < width; k++) sums[to + k]! += rows[from + k]!;
  }
  return result;
};

tf.registerKernel({ kernelName: 'UnsortedSegmentSum', backendName: 'wasm', kernelFunc: unsortedSegmentSumOnWasm });
