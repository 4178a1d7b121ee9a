/** Cross-entropy on the wasm backend: one pass over each row in the backend's own memory. */
import * as tf from '@tensorflow/tfjs-core';
import { WasmMemory } from '../wasmMemory.ts';

/** Same inputs and outputs as composed.ts. */
export const crossEntropyOnWasm: tf.KernelFunc = ({ inputs, backend }) => {
  const memory = new WasmMemory(backend);
  const { logits, targets } = inputs as Record<'logits' | 'targets', tf.TensorInfo>;
  const [rows = 0, vocabulary = 0] = logits.shape;
  const result = memory.allocate([]);
  const slope = memory.allocate([rows, vocabulary]);
  const from = memory.floats(logits);
  const to = memory.floats(slope);
  const ids = memory.ints(targets);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    total += rowLoss(from, to, row * vocabulary, vocabulary, ids[row]!, 1 / rows);
  }
  memory.floats(result)[0] = total / rows;
  return [result, slope];
};

function rowLoss(
  from: Float32Array,
  to: Float32Array,
  start: number,
  size: number,
  target: number,
  weight: number,
): number {
  const end = start + size;
  let largest = -Infinity;
  for (let k = start; k < end; k++) if (from[k]! > largest) largest = from[k]!;
  let sum = 0;
  for (let k = start; k < end; k++) sum += to[k] = Math.exp(from[k]! - largest);
  const scale = weight / sum;
  for (let k = start; k < end; k++) to[k] = to[k]! * scale;
  to[start + target]! -= weight;
  return Math.log(sum) + largest - from[start + target]!;
}
