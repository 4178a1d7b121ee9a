// Job: one LSTM layer over a whole sequence, backward: from dloss/doutput to the gradients of input, weights and bias,
// and the total dloss/dh_t. Time steps run from the last to the first; the weight gradients are products over all
// (batch, time) rows at the end. Formulas: the derivative of lstmForward.ts.
import { copyTile, multiply, newProduct } from './gemm';
import { COLUMNS } from './pack';
import { Simd } from './simd';
import { barrier, constants, myScratch, shareBegin, shareEnd } from './team';
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

/** Where the units of one row of one time step are: what is read, and below it what is written. */
@unmanaged
class Units {
  gates!: usize;
  /** From one gate to the next in `gates` and `slopes`. */
  gateBytes!: usize;
  cell!: usize;
  cellBefore!: usize;
  dy!: usize;
  /** What reaches h from the time step after this one. */
  recurrent!: usize;
  /** dloss/dc, which becomes that of the time step before. */
  dc!: usize;
  dh!: usize;
  /** dloss/d(pre-activations) */
  slopes!: usize;
}

/** A thread's scratch holds where the units are, then the last few of them. */
const ASIDE: usize = 64;

function backRow(args: LstmBackwardArguments, b: i32, t: i32, gateBytes: usize, firstUnit: i32, endUnit: i32): void {
  const row = ((b * args.time + t) as usize) * gateBytes;
  const own = (b as usize) * gateBytes;
  const units = changetype<Units>(myScratch());
  units.gates = args.gates + 4 * row;
  units.gateBytes = gateBytes;
  units.cell = args.cells + row;
  units.cellBefore = t === 0 ? args.c0 + own : args.cells + row - gateBytes;
  units.dy = args.dy + row;
  units.recurrent = args.recurrent + own;
  units.dc = args.dc + own;
  units.dh = args.dh + row;
  units.slopes = args.dz + 4 * row;
  let k = firstUnit;
  for (; k + 8 <= endUnit; k += 8) back8(units, (k * 4) as usize);
  if (k < endUnit) backLast(units, (k * 4) as usize, endUnit - k);
}

/** The last few units are done aside. */
function backLast(units: Units, at: usize, count: i32): void {
  const aside = changetype<Units>(myScratch() + ASIDE);
  const rows = myScratch() + 2 * ASIDE;
  aside.gates = rows;
  aside.gateBytes = 32;
  aside.cell = rows + 128;
  aside.cellBefore = rows + 160;
  aside.dy = rows + 192;
  aside.recurrent = rows + 224;
  aside.dc = rows + 256;
  aside.dh = rows + 288;
  aside.slopes = rows + 320;
  copyTile(units.gates + at, units.gateBytes, aside.gates, 32, 4, count);
  copyTile(units.cell + at, 0, aside.cell, 0, 1, count);
  copyTile(units.cellBefore + at, 0, aside.cellBefore, 0, 1, count);
  copyTile(units.dy + at, 0, aside.dy, 0, 1, count);
  copyTile(units.recurrent + at, 0, aside.recurrent, 0, 1, count);
  copyTile(units.dc + at, 0, aside.dc, 0, 1, count);
  back8(aside, 0);
  copyTile(aside.dc, 0, units.dc + at, 0, 1, count);
  copyTile(aside.dh, 0, units.dh + at, 0, 1, count);
  copyTile(aside.slopes, 32, units.slopes + at, units.gateBytes, 4, count);
}

/** Eight units: dh, then dc, then the slopes of the four pre-activations. Everything twice, as in lstmForward.ts. */
function back8(units: Units, at: usize): void {
  const table = constants();
  const gateBytes = units.gateBytes;
  const toI = units.gates + at;
  const toF = toI + gateBytes;
  const toG = toF + gateBytes;
  const toO = toG + gateBytes;
  const i0 = v128.load(toI);
  const i1 = v128.load(toI, 16);
  const f0 = v128.load(toF);
  const f1 = v128.load(toF, 16);
  const g0 = v128.load(toG);
  const g1 = v128.load(toG, 16);
  const o0 = v128.load(toO);
  const o1 = v128.load(toO, 16);
  const before = units.cellBefore + at;
  const before0 = v128.load(before);
  const before1 = v128.load(before, 16);
  const cell = units.cell + at;
  const squashed0 = Simd.tanh(v128.load(cell), table);
  const squashed1 = Simd.tanh(v128.load(cell, 16), table);
  const dy = units.dy + at;
  const recurrent = units.recurrent + at;
  const dh0 = f32x4.add(v128.load(dy), v128.load(recurrent));
  const dh1 = f32x4.add(v128.load(dy, 16), v128.load(recurrent, 16));
  const toDc = units.dc + at;
  const dc0 = f32x4.add(v128.load(toDc), Simd.tanhSlope(f32x4.mul(dh0, o0), squashed0, table));
  const dc1 = f32x4.add(v128.load(toDc, 16), Simd.tanhSlope(f32x4.mul(dh1, o1), squashed1, table));
  const toDh = units.dh + at;
  const slopeI = units.slopes + at;
  const slopeF = slopeI + gateBytes;
  const slopeG = slopeF + gateBytes;
  const slopeO = slopeG + gateBytes;
  v128.store(toDh, dh0);
  v128.store(toDh, dh1, 16);
  v128.store(toDc, f32x4.mul(dc0, f0));
  v128.store(toDc, f32x4.mul(dc1, f1), 16);
  v128.store(slopeI, Simd.sigmoidSlope(f32x4.mul(dc0, g0), i0, table));
  v128.store(slopeI, Simd.sigmoidSlope(f32x4.mul(dc1, g1), i1, table), 16);
  v128.store(slopeF, Simd.sigmoidSlope(f32x4.mul(dc0, before0), f0, table));
  v128.store(slopeF, Simd.sigmoidSlope(f32x4.mul(dc1, before1), f1, table), 16);
  v128.store(slopeG, Simd.tanhSlope(f32x4.mul(dc0, i0), g0, table));
  v128.store(slopeG, Simd.tanhSlope(f32x4.mul(dc1, i1), g1, table), 16);
  v128.store(slopeO, Simd.sigmoidSlope(f32x4.mul(dh0, squashed0), o0, table));
  v128.store(slopeO, Simd.sigmoidSlope(f32x4.mul(dh1, squashed1), o1, table), 16);
}
