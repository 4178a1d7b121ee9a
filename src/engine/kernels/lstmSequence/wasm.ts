/**
 * The LSTM recurrence on the wasm backend: its matrix product each step, the gates in one TypeScript loop over the
 * backend's own memory, because ten small operations a step would cost more than the arithmetic.
 * Same inputs and outputs as composed.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { WasmMemory } from '../wasmMemory.ts';

/** Through Math.exp alone, which is several times quicker than Math.tanh; exact to float32. */
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const tanh = (x: number): number => 2 / (1 + Math.exp(-2 * x)) - 1;

interface Sizes {
  batch: number;
  time: number;
  hidden: number;
}

export const forwardOnWasm: tf.KernelFunc = ({ inputs, backend }) => {
  const memory = new WasmMemory(backend);
  const { z, hhTransposed, h0, c0 } = inputs as Record<'z' | 'hhTransposed' | 'h0' | 'c0', tf.TensorInfo>;
  const [batch = 0, time = 0] = z.shape;
  const hidden = hhTransposed.shape[0]!;
  const output = memory.allocate([batch, time, hidden]);
  const gates = memory.allocate([batch, time, 4 * hidden]);
  const cells = memory.allocate([batch, time, hidden]);
  const h = memory.allocate([batch, hidden]);
  memory.floats(h).set(memory.floats(h0));
  for (let t = 0; t < time; t++) {
    const product = memory.matMul(h, hhTransposed);
    const from = { z: memory.floats(z), product: memory.floats(product), c0: memory.floats(c0) };
    const to = {
      output: memory.floats(output),
      gates: memory.floats(gates),
      cells: memory.floats(cells),
      h: memory.floats(h),
    };
    forwardStep(t, { batch, time, hidden }, from, to);
    memory.free(product);
  }
  memory.free(h);
  return [output, gates, cells];
};

function forwardStep(
  t: number,
  { batch, time, hidden }: Sizes,
  { z, product, c0 }: Record<'z' | 'product' | 'c0', Float32Array>,
  { output, gates, cells, h }: Record<'output' | 'gates' | 'cells' | 'h', Float32Array>,
): void {
  for (let b = 0; b < batch; b++) {
    const row = (b * time + t) * hidden;
    const gateRow = 4 * row;
    const productRow = 4 * b * hidden;
    const before = t > 0 ? cells : c0;
    const beforeRow = t > 0 ? row - hidden : b * hidden;
    for (let k = 0; k < hidden; k++) {
      const at = gateRow + k;
      const p = productRow + k;
      const i = sigmoid(z[at]! + product[p]!);
      const f = sigmoid(z[at + hidden]! + product[p + hidden]!);
      const g = tanh(z[at + 2 * hidden]! + product[p + 2 * hidden]!);
      const o = sigmoid(z[at + 3 * hidden]! + product[p + 3 * hidden]!);
      const c = f * before[beforeRow + k]! + i * g;
      gates[at] = i;
      gates[at + hidden] = f;
      gates[at + 2 * hidden] = g;
      gates[at + 3 * hidden] = o;
      cells[row + k] = c;
      const value = o * tanh(c);
      output[row + k] = value;
      h[b * hidden + k] = value;
    }
  }
}

export const backwardOnWasm: tf.KernelFunc = ({ inputs, backend }) => {
  const memory = new WasmMemory(backend);
  const { dy, hh, c0, gates, cells } = inputs as Record<'dy' | 'hh' | 'c0' | 'gates' | 'cells', tf.TensorInfo>;
  const [batch = 0, time = 0, hidden = 0] = dy.shape;
  const dz = memory.allocate([batch, time, 4 * hidden]);
  const dh = memory.allocate([batch, time, hidden]);
  const dzStep = memory.allocate([batch, 4 * hidden]);
  const dc = new Float32Array(batch * hidden);
  let dhNext: tf.TensorInfo | null = null;
  for (let t = time - 1; t >= 0; t--) {
    const from = {
      dy: memory.floats(dy),
      c0: memory.floats(c0),
      gates: memory.floats(gates),
      cells: memory.floats(cells),
      dhNext: dhNext ? memory.floats(dhNext) : null,
    };
    const to = { dz: memory.floats(dz), dh: memory.floats(dh), dzStep: memory.floats(dzStep), dc };
    backwardStep(t, { batch, time, hidden }, from, to);
    if (dhNext) memory.free(dhNext);
    dhNext = t > 0 ? memory.matMul(dzStep, hh) : null;
  }
  memory.free(dzStep);
  return [dz, dh];
};

function backwardStep(
  t: number,
  { batch, time, hidden }: Sizes,
  from: Record<'dy' | 'c0' | 'gates' | 'cells', Float32Array> & { dhNext: Float32Array | null },
  to: Record<'dz' | 'dh' | 'dzStep' | 'dc', Float32Array>,
): void {
  const { dy, c0, gates, cells, dhNext } = from;
  const { dz, dh, dzStep, dc } = to;
  for (let b = 0; b < batch; b++) {
    const row = (b * time + t) * hidden;
    const gateRow = 4 * row;
    const before = t > 0 ? cells : c0;
    const beforeRow = t > 0 ? row - hidden : b * hidden;
    for (let k = 0; k < hidden; k++) {
      const at = gateRow + k;
      const state = b * hidden + k;
      const i = gates[at]!;
      const f = gates[at + hidden]!;
      const g = gates[at + 2 * hidden]!;
      const o = gates[at + 3 * hidden]!;
      const squashed = tanh(cells[row + k]!);
      const total = dy[row + k]! + (dhNext ? dhNext[state]! : 0);
      const cell = dc[state]! + total * o * (1 - squashed * squashed);
      const step = 4 * b * hidden + k;
      dz[at] = dzStep[step] = cell * g * i * (1 - i);
      dz[at + hidden] = dzStep[step + hidden] = cell * before[beforeRow + k]! * f * (1 - f);
      dz[at + 2 * hidden] = dzStep[step + 2 * hidden] = cell * i * (1 - g * g);
      dz[at + 3 * hidden] = dzStep[step + 3 * hidden] = total * squashed * o * (1 - o);
      dh[row + k] = total;
      dc[state] = cell * f;
    }
  }
}
