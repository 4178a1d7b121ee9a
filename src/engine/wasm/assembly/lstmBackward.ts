// Job: one LSTM layer over a whole sequence, backward: from dloss/doutput to the gradients of input, weights and bias,
// and the total dloss/dh_t. Time steps run from the last to the first; the weight gradients are products over all
// (batch, time) rows at the end. Formulas: the derivative of lstmForward.ts.
import { columnSumsShare, multiplyColumnShare, multiplyRowShare, packShare } from './teamProduct';
import { Simd } from './simd';
import { barrier, shareBegin, shareEnd } from './team';

@unmanaged
export class LstmBackwardArguments {
  batch!: i32;
  time!: i32;
  inputs!: i32;
  hidden!: i32;
  /** As in lstmForward.ts. */
  x!: usize;
  ih!: usize;
  hh!: usize;
  h0!: usize;
  c0!: usize;
  output!: usize;
  gates!: usize;
  cells!: usize;
  /** dloss/doutput [B, T, H] */
  dy!: usize;
  /** Results: [B, T, I], [4H, I], [4H, H], [4H], [B, T, H]. */
  dx!: usize;
  dIh!: usize;
  dHh!: usize;
  dBias!: usize;
  dh!: usize;
  /** Scratch: dloss/d(pre-activations) [B, T, 4H]; [B, H] twice; packed ih, hh, x and h before each step. */
  dz!: usize;
  recurrent!: usize;
  dc!: usize;
  packedIh!: usize;
  packedHh!: usize;
  packedX!: usize;
  packedH!: usize;
}

export function lstmBackward(args: LstmBackwardArguments): void {
  const batch = args.batch;
  const time = args.time;
  const inputs = args.inputs;
  const hidden = args.hidden;
  const width = 4 * hidden;
  const rows = batch * time;
  const inputBytes = (inputs * 4) as usize;
  const hiddenBytes = (hidden * 4) as usize;
  const gateBytes = (width * 4) as usize;
  packShare(args.hh, 4, hiddenBytes, hidden, width, args.packedHh, 0, width);
  packShare(args.ih, 4, inputBytes, inputs, width, args.packedIh, 0, width);
  packShare(args.x, 4, inputBytes, inputs, rows, args.packedX, 0, rows);
  packBefore(args, hiddenBytes);
  const first = shareBegin(batch, 1);
  const end = shareEnd(batch, 1);
  memory.fill(args.dc + (first as usize) * hiddenBytes, 0, ((end - first) as usize) * hiddenBytes);
  memory.fill(args.recurrent + (first as usize) * hiddenBytes, 0, ((end - first) as usize) * hiddenBytes);
  for (let t = time - 1; t >= 0; t--) {
    for (let b = first; b < end; b++) backRow(args, b, t, hiddenBytes);
    barrier();
    if (t === 0) break;
    const dz = args.dz + (t as usize) * gateBytes;
    const dzRow = (time as usize) * gateBytes;
    multiplyColumnShare(dz, dzRow, 4, args.packedHh, 0, 0, args.recurrent, hiddenBytes, batch, hidden, width);
    barrier();
  }
  multiplyRowShare(args.dz, gateBytes, 4, args.packedIh, 0, 0, args.dx, inputBytes, rows, inputs, width);
  multiplyRowShare(args.dz, 4, gateBytes, args.packedX, 0, 0, args.dIh, inputBytes, width, inputs, rows);
  multiplyRowShare(args.dz, 4, gateBytes, args.packedH, 0, 0, args.dHh, hiddenBytes, width, hidden, rows);
  columnSumsShare(args.dz, rows, width, args.dBias);
}

/** Packs h_(t-1) of every row: h0 for the first time step, the output one step earlier for the others. */
function packBefore(args: LstmBackwardArguments, hiddenBytes: usize): void {
  const time = args.time;
  const rows = args.batch * time;
  for (let b = 0; b < args.batch; b++) {
    const row = b * time;
    packShare(args.h0 + (b as usize) * hiddenBytes, 4, hiddenBytes, args.hidden, 1, args.packedH, row, rows);
    const outputs = args.output + (row as usize) * hiddenBytes;
    packShare(outputs, 4, hiddenBytes, args.hidden, time - 1, args.packedH, row + 1, rows);
  }
}

/** One row of one time step: dh, then dc, then the slopes of the four pre-activations; dc becomes that of t - 1. */
function backRow(args: LstmBackwardArguments, b: i32, t: i32, gateStride: usize): void {
  const hidden = args.hidden;
  const row = ((b * args.time + t) as usize) * gateStride;
  const own = (b as usize) * gateStride;
  const cellBefore = t === 0 ? args.c0 + own : args.cells + row - gateStride;
  const gates = args.gates + 4 * row;
  const slopes = args.dz + 4 * row;
  const one = f32x4.splat(1);
  for (let k = 0; k < hidden; k += 4) {
    const count = hidden - k;
    const at = (k * 4) as usize;
    const i = Simd.loadPart(gates + at, count, 0);
    const f = Simd.loadPart(gates + gateStride + at, count, 0);
    const g = Simd.loadPart(gates + 2 * gateStride + at, count, 0);
    const o = Simd.loadPart(gates + 3 * gateStride + at, count, 0);
    const squashed = Simd.tanh(Simd.loadPart(args.cells + row + at, count, 0));
    const through = Simd.loadPart(args.recurrent + own + at, count, 0);
    const dh = f32x4.add(Simd.loadPart(args.dy + row + at, count, 0), through);
    const bend = f32x4.sub(one, f32x4.mul(squashed, squashed));
    const dc = f32x4.add(Simd.loadPart(args.dc + own + at, count, 0), f32x4.mul(f32x4.mul(dh, o), bend));
    const before = Simd.loadPart(cellBefore + at, count, 0);
    const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
    const df = f32x4.mul(f32x4.mul(dc, before), f32x4.mul(f, f32x4.sub(one, f)));
    const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
    const dO = f32x4.mul(f32x4.mul(dh, squashed), f32x4.mul(o, f32x4.sub(one, o)));
    Simd.storePart(args.dh + row + at, dh, count);
    Simd.storePart(slopes + at, di, count);
    Simd.storePart(slopes + gateStride + at, df, count);
    Simd.storePart(slopes + 2 * gateStride + at, dg, count);
    Simd.storePart(slopes + 3 * gateStride + at, dO, count);
    Simd.storePart(args.dc + own + at, f32x4.mul(dc, f), count);
  }
}
