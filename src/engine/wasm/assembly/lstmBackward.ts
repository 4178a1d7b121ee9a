// Job: one LSTM layer over a whole sequence, backward: from dloss/doutput to the gradients of input, weights and bias,
// and the total dloss/dh_t. Time steps run from the last to the first; the weight gradients are products over all
// (batch, time) rows at the end. Formulas: the derivative of lstmForward.ts.
import { multiply, newProduct } from './gemm';
import { COLUMNS } from './pack';
import { Simd } from './simd';
import { barrier, shareBegin, shareEnd } from './team';
import { columnSumsShare, multiplyRowShare, packShare } from './teamProduct';

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
  const hidden = args.hidden;
  const width = 4 * hidden;
  const rows = args.batch * args.time;
  const inputBytes = (args.inputs * 4) as usize;
  const hiddenBytes = (hidden * 4) as usize;
  packShare(args.hh, 4, hiddenBytes, hidden, width, args.packedHh, width);
  packShare(args.ih, 4, inputBytes, args.inputs, width, args.packedIh, width);
  packShare(args.x, 4, inputBytes, args.inputs, rows, args.packedX, rows);
  packBefore(args);
  backSteps(args);
  const product = newProduct();
  product.a = args.dz;
  product.aRow = (width * 4) as usize;
  product.aDepth = 4;
  product.b = args.packedIh;
  product.depth = width;
  product.c = args.dx;
  product.cRow = inputBytes;
  multiplyRowShare(product, rows, args.inputs);
  product.aRow = 4;
  product.aDepth = (width * 4) as usize;
  product.b = args.packedX;
  product.depth = rows;
  product.c = args.dIh;
  multiplyRowShare(product, width, args.inputs);
  product.b = args.packedH;
  product.c = args.dHh;
  product.cRow = hiddenBytes;
  multiplyRowShare(product, width, hidden);
  columnSumsShare(args.dz, rows, width, args.dBias);
}

/** Packs h_(t-1) of every row: h0 for the first time step, the output one step earlier for the others. */
function packBefore(args: LstmBackwardArguments): void {
  const hidden = args.hidden;
  const hiddenBytes = (hidden * 4) as usize;
  const rows = args.batch * args.time;
  for (let b = 0; b < args.batch; b++) {
    const row = b * args.time;
    const to = args.packedH + ((row * COLUMNS * 4) as usize);
    const outputs = args.output + (row as usize) * hiddenBytes;
    packShare(args.h0 + (b as usize) * hiddenBytes, 4, hiddenBytes, hidden, 1, to, rows);
    packShare(outputs, 4, hiddenBytes, hidden, args.time - 1, to + ((COLUMNS * 4) as usize), rows);
  }
}

/** All time steps, the last first. Each thread has its share of the hidden units, from the product on: one barrier a step. */
function backSteps(args: LstmBackwardArguments): void {
  const hidden = args.hidden;
  const hiddenBytes = (hidden * 4) as usize;
  const firstUnit = shareBegin(hidden, COLUMNS);
  const endUnit = shareEnd(hidden, COLUMNS);
  const product = newProduct();
  product.aRow = (args.time as usize) * 4 * hiddenBytes;
  product.aDepth = 4;
  product.b = args.packedHh;
  product.depth = 4 * hidden;
  product.c = args.recurrent;
  product.cRow = hiddenBytes;
  for (let b = 0; b < args.batch; b++) {
    const units = (b as usize) * hiddenBytes + ((firstUnit * 4) as usize);
    memory.fill(args.dc + units, 0, ((endUnit - firstUnit) * 4) as usize);
    memory.fill(args.recurrent + units, 0, ((endUnit - firstUnit) * 4) as usize);
  }
  for (let t = args.time - 1; t >= 0; t--) {
    for (let b = 0; b < args.batch; b++) backRow(args, b, t, hiddenBytes, firstUnit, endUnit);
    barrier();
    if (t === 0) break;
    product.a = args.dz + (t as usize) * 4 * hiddenBytes;
    multiply(product, 0, args.batch, firstUnit, endUnit);
  }
}

/** Some units of one row of one time step: dh, then dc, then the slopes of the four pre-activations; dc becomes that of t - 1. */
function backRow(args: LstmBackwardArguments, b: i32, t: i32, gateStride: usize, firstUnit: i32, endUnit: i32): void {
  const row = ((b * args.time + t) as usize) * gateStride;
  const own = (b as usize) * gateStride;
  const cellBefore = t === 0 ? args.c0 + own : args.cells + row - gateStride;
  const gates = args.gates + 4 * row;
  const slopes = args.dz + 4 * row;
  const one = f32x4.splat(1);
  for (let k = firstUnit; k < endUnit; k += 4) {
    const count = endUnit - k;
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
