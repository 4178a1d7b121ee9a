// Job: one LSTM layer over a whole sequence, forward. Rows of x, gates, cells and output are (batch, time); gate
// columns in PyTorch's order i, f, g, o. The input's product is made for all rows at once; each time step then adds
// the recurrent product and activates. Formulas: semantics.md, section 5.
import { copyTile, multiply, newProduct } from './gemm';
import { COLUMNS } from './pack';
import { Simd } from './simd';
import { multiplyRowShare, packShare } from './teamProduct';
import { barrier, constants, isFirst, myScratch, shareBegin, shareEnd } from './team';

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
  let k = firstUnit;
  for (; k + 8 <= endUnit; k += 8) {
    const at = (k * 4) as usize;
    activate8(gates + at, gateBytes, cellBefore + at, cell + at, output + at);
  }
  if (k === endUnit) return;
  // The last few units are done aside.
  const at = (k * 4) as usize;
  const rest = endUnit - k;
  const aside = myScratch();
  copyTile(gates + at, gateBytes, aside, 32, 4, rest);
  copyTile(cellBefore + at, 0, aside + 128, 32, 1, rest);
  activate8(aside, 32, aside + 128, aside + 160, aside + 192);
  copyTile(aside, 32, gates + at, gateBytes, 4, rest);
  copyTile(aside + 160, 32, cell + at, 0, 1, rest);
  copyTile(aside + 192, 32, output + at, 0, 1, rest);
}

/** Eight units: everything twice and side by side, so that V8 can join it to vectors of eight (wideCompilation.ts). */
function activate8(toI: usize, gateBytes: usize, cellBefore: usize, cell: usize, output: usize): void {
  const table = constants();
  const toF = toI + gateBytes;
  const toG = toF + gateBytes;
  const toO = toG + gateBytes;
  const i0 = Simd.sigmoid(v128.load(toI), table);
  const i1 = Simd.sigmoid(v128.load(toI, 16), table);
  const f0 = Simd.sigmoid(v128.load(toF), table);
  const f1 = Simd.sigmoid(v128.load(toF, 16), table);
  const g0 = Simd.tanh(v128.load(toG), table);
  const g1 = Simd.tanh(v128.load(toG, 16), table);
  const o0 = Simd.sigmoid(v128.load(toO), table);
  const o1 = Simd.sigmoid(v128.load(toO, 16), table);
  const c0 = f32x4.add(f32x4.mul(f0, v128.load(cellBefore)), f32x4.mul(i0, g0));
  const c1 = f32x4.add(f32x4.mul(f1, v128.load(cellBefore, 16)), f32x4.mul(i1, g1));
  const h0 = f32x4.mul(o0, Simd.tanh(c0, table));
  const h1 = f32x4.mul(o1, Simd.tanh(c1, table));
  v128.store(toI, i0);
  v128.store(toI, i1, 16);
  v128.store(toF, f0);
  v128.store(toF, f1, 16);
  v128.store(toG, g0);
  v128.store(toG, g1, 16);
  v128.store(toO, o0);
  v128.store(toO, o1, 16);
  v128.store(cell, c0);
  v128.store(cell, c1, 16);
  v128.store(output, h0);
  v128.store(output, h1, 16);
}
