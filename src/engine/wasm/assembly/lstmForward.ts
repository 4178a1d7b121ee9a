// Job: one LSTM layer over a whole sequence, forward. Rows of x, gates, cells and output are (batch, time); gate
// columns in PyTorch's order i, f, g, o. The input's product is made for all rows at once; each time step then adds
// the recurrent product and activates. Formulas: semantics.md, section 5.
import { multiply, newProduct } from './gemm';
import { COLUMNS } from './pack';
import { Simd } from './simd';
import { multiplyRowShare, packShare } from './teamProduct';
import { barrier, isFirst, shareBegin, shareEnd } from './team';

@unmanaged
export class LstmForwardArguments {
  batch!: i32;
  time!: i32;
  inputs!: i32;
  hidden!: i32;
  /** [B, T, I] */
  x!: usize;
  /** [4H, I] and [4H, H] */
  ih!: usize;
  hh!: usize;
  /** [4H] each */
  biasIh!: usize;
  biasHh!: usize;
  /** [B, H] each */
  h0!: usize;
  c0!: usize;
  /** Results: [B, T, H], [B, T, 4H] activated, [B, T, H]. */
  output!: usize;
  gates!: usize;
  cells!: usize;
  /** Scratch: ih and hh transposed and packed, [4H] */
  packedIh!: usize;
  packedHh!: usize;
  bias!: usize;
}

export function lstmForward(args: LstmForwardArguments): void {
  const hidden = args.hidden;
  const hiddenBytes = (hidden * 4) as usize;
  packShare(args.ih, (args.inputs * 4) as usize, 4, 4 * hidden, args.inputs, args.packedIh, args.inputs);
  // The panels of the four gates take turns, so that each thread's are together.
  for (let gate: usize = 0; gate < 4; gate++) {
    const panel = args.packedHh + gate * (COLUMNS as usize) * hiddenBytes;
    packShare(args.hh + gate * (hidden as usize) * hiddenBytes, hiddenBytes, 4, hidden, hidden, panel, 4 * hidden);
  }
  if (isFirst()) addVectors(args.biasIh, args.biasHh, args.bias, 4 * hidden);
  barrier();
  multiplyInput(args);
  barrier();
  // Each thread computes all four gates of its share of the hidden units, and then their cells: one barrier a step.
  const firstUnit = shareBegin(hidden, COLUMNS);
  const endUnit = shareEnd(hidden, COLUMNS);
  const product = newProduct();
  product.b = args.packedHh;
  product.depth = hidden;
  product.aDepth = 4;
  product.parts = 4;
  product.partBytes = hiddenBytes;
  product.cRow = (args.time as usize) * 4 * hiddenBytes;
  product.startRow = product.cRow;
  for (let t = 0; t < args.time; t++) {
    const before = ((t - 1) as usize) * hiddenBytes;
    product.a = t === 0 ? args.h0 : args.output + before;
    product.aRow = t === 0 ? hiddenBytes : (args.time as usize) * hiddenBytes;
    product.c = args.gates + (t as usize) * 4 * hiddenBytes;
    product.start = product.c;
    multiply(product, 0, args.batch, firstUnit, endUnit);
    const cells = t === 0 ? args.c0 : args.cells + before;
    for (let b = 0; b < args.batch; b++) {
      const row = ((b * args.time + t) as usize) * hiddenBytes;
      const cellBefore = cells + (b as usize) * product.aRow;
      activateRow(args.gates + 4 * row, cellBefore, args.cells + row, args.output + row, hidden, firstUnit, endUnit);
    }
    barrier();
  }
}

/** What x and the biases put into the gates, of all rows: this thread's share. */
function multiplyInput(args: LstmForwardArguments): void {
  const product = newProduct();
  product.a = args.x;
  product.aRow = (args.inputs * 4) as usize;
  product.aDepth = 4;
  product.b = args.packedIh;
  product.depth = args.inputs;
  product.start = args.bias;
  product.c = args.gates;
  product.cRow = (4 * args.hidden * 4) as usize;
  multiplyRowShare(product, args.batch * args.time, 4 * args.hidden);
}

function addVectors(a: usize, b: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (i * 4) as usize;
    v128.store(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}

/** Activates the four gates of some units of one row in place; c = f c' + i g, h = o tanh c. */
function activateRow(
  gates: usize,
  cellBefore: usize,
  cell: usize,
  output: usize,
  hidden: i32,
  firstUnit: i32,
  endUnit: i32,
): void {
  const gateBytes = (hidden * 4) as usize;
  for (let k = firstUnit; k < endUnit; k += 4) {
    const count = endUnit - k;
    const at = (k * 4) as usize;
    const toI = gates + at;
    const toF = toI + gateBytes;
    const toG = toF + gateBytes;
    const toO = toG + gateBytes;
    const i = Simd.sigmoid(Simd.loadPart(toI, count, 0));
    const f = Simd.sigmoid(Simd.loadPart(toF, count, 0));
    const g = Simd.tanh(Simd.loadPart(toG, count, 0));
    const o = Simd.sigmoid(Simd.loadPart(toO, count, 0));
    const c = f32x4.add(f32x4.mul(f, Simd.loadPart(cellBefore + at, count, 0)), f32x4.mul(i, g));
    Simd.storePart(toI, i, count);
    Simd.storePart(toF, f, count);
    Simd.storePart(toG, g, count);
    Simd.storePart(toO, o, count);
    Simd.storePart(cell + at, c, count);
    Simd.storePart(output + at, f32x4.mul(o, Simd.tanh(c)), count);
  }
}
