// Job: one LSTM layer over a whole sequence, forward. Rows of x, gates, cells and output are (batch, time); gate
// columns in PyTorch's order i, f, g, o. The input's product is made for all rows at once; each time step then adds
// the recurrent product and activates. Formulas: semantics.md, section 5.
import { packShare, multiplyColumnShare, multiplyRowShare } from './teamProduct';
import { Simd } from './simd';
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
  const batch = args.batch;
  const time = args.time;
  const hidden = args.hidden;
  const width = 4 * hidden;
  const inputBytes = (args.inputs * 4) as usize;
  const hiddenBytes = (hidden * 4) as usize;
  const gateBytes = (width * 4) as usize;
  packShare(args.ih, inputBytes, 4, width, args.inputs, args.packedIh, 0, args.inputs);
  packShare(args.hh, hiddenBytes, 4, width, hidden, args.packedHh, 0, hidden);
  if (isFirst()) addVectors(args.biasIh, args.biasHh, args.bias, width);
  barrier();
  multiplyRowShare(
    args.x,
    inputBytes,
    4,
    args.packedIh,
    args.bias,
    0,
    args.gates,
    gateBytes,
    batch * time,
    width,
    args.inputs,
  );
  barrier();
  const first = shareBegin(batch, 1);
  const count = shareEnd(batch, 1) - first;
  for (let t = 0; t < time; t++) {
    const step = t as usize;
    const before = t === 0 ? args.h0 : args.output + (step - 1) * hiddenBytes;
    const beforeRow = t === 0 ? hiddenBytes : (time as usize) * hiddenBytes;
    const gates = args.gates + step * gateBytes;
    const gatesRow = (time as usize) * gateBytes;
    multiplyColumnShare(before, beforeRow, 4, args.packedHh, gates, gatesRow, gates, gatesRow, batch, width, hidden);
    barrier();
    const cellsBefore = t === 0 ? args.c0 : args.cells + (step - 1) * hiddenBytes;
    for (let b = first; b < first + count; b++) {
      const row = ((b * time + t) as usize) * hiddenBytes;
      activateRow(
        args.gates + 4 * row,
        cellsBefore + (b as usize) * beforeRow,
        args.cells + row,
        args.output + row,
        hidden,
      );
    }
    barrier();
  }
}

function addVectors(a: usize, b: usize, to: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const at = (i * 4) as usize;
    v128.store(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}

/** Activates the four gates of one row in place; c = f c' + i g, h = o tanh c. */
function activateRow(gates: usize, cellBefore: usize, cell: usize, output: usize, hidden: i32): void {
  const gateBytes = (hidden * 4) as usize;
  for (let k = 0; k < hidden; k += 4) {
    const count = hidden - k;
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
