// Matrix product C = start + A B in single precision: B packed beforehand in panels of 12 columns, A packed block by
// block in panels of 4 rows, and a micro-kernel that keeps a 4 x 12 tile of C in registers. Blocks of the inner
// dimension are as long as fits the first-level cache beside the panel of A; blocks of rows, the second-level cache.
// Each element of C is summed in one order, whatever the number of threads and however rows and columns are divided.
import { pack } from './pack';
import { Simd } from './simd';
import { myScratch } from './team';

export const ROWS: i32 = 4;
export const COLUMNS: i32 = 12;
const DEPTH_BLOCK: i32 = 448;
const ROW_BLOCK: i32 = 88;
/** After the packed block of A in a thread's scratch: the tile for the edges of C. */
const TILE: usize = (DEPTH_BLOCK * ROW_BLOCK * 4) as usize;

/**
 * C [rows, columns] = start + A B. A [rows, depth] is read with two strides in bytes, so transposed is as good; B is
 * packed (pack.ts, 12 columns) with inner dimension `depth`. `start` is what C begins from: 0 for zeros, C itself to
 * accumulate, a bias with `startRow` 0. `startRow` and `cRow` are strides of rows in bytes.
 */
export function multiply(
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const packedA = myScratch();
  const blocks = (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK;
  const panelBytes = (depth * COLUMNS * 4) as usize;
  for (let block = 0; block < blocks; block++) {
    // Blocks of equal length: a short last one would waste a pass over C.
    const k = (depth * block) / blocks;
    const length = (depth * (block + 1)) / blocks - k;
    if (block > 0) {
      start = c;
      startRow = cRow;
    }
    for (let row = 0; row < rows; row += ROW_BLOCK) {
      const height = min(ROW_BLOCK, rows - row);
      pack(a + (row as usize) * aRow + (k as usize) * aDepth, aRow, aDepth, height, length, ROWS, packedA, length);
      const firstRow = (row as usize) * cRow;
      multiplyBlock(
        packedA,
        b + ((k * COLUMNS * 4) as usize),
        panelBytes,
        start !== 0 ? start + (row as usize) * startRow : 0,
        startRow,
        c + firstRow,
        cRow,
        height,
        columns,
        length,
      );
    }
  }
}

function multiplyBlock(
  packedA: usize,
  b: usize,
  panelBytes: usize,
  start: usize,
  startRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const panelA = (depth * ROWS * 4) as usize;
  const tile = myScratch() + TILE;
  for (let column = 0; column < columns; column += COLUMNS) {
    const width = min(COLUMNS, columns - column);
    const across = (column * 4) as usize;
    let panel = packedA;
    for (let row = 0; row < rows; row += ROWS) {
      const height = min(ROWS, rows - row);
      const from = start !== 0 ? start + (row as usize) * startRow + across : 0;
      const to = c + (row as usize) * cRow + across;
      if (height === ROWS && width === COLUMNS) microKernel(depth, panel, b, from, startRow, to, cRow);
      else {
        microKernel(depth, panel, b, 0, 0, tile, (COLUMNS * 4) as usize);
        addTile(tile, from, startRow, to, cRow, height, width);
      }
      panel += panelA;
    }
    b += panelBytes;
  }
}

/** At an edge of C the whole tile is computed aside and the part inside C is taken. */
function addTile(tile: usize, from: usize, fromRow: usize, to: usize, toRow: usize, height: i32, width: i32): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 4) {
      const count = min(4, width - column);
      const at = (column * 4) as usize;
      let x = v128.load(tile + at);
      if (from !== 0) x = f32x4.add(Simd.loadPart(from + at, count, 0), x);
      Simd.storePart(to + at, x, count);
    }
    tile += (COLUMNS * 4) as usize;
    from += from !== 0 ? fromRow : 0;
    to += toRow;
  }
}

/** A 4 x 12 tile: twelve accumulators, three vectors of B, one value of A at a time spread over four lanes. */
function microKernel(depth: i32, a: usize, b: usize, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c02 = c00;
  let c10 = c00;
  let c11 = c00;
  let c12 = c00;
  let c20 = c00;
  let c21 = c00;
  let c22 = c00;
  let c30 = c00;
  let c31 = c00;
  let c32 = c00;
  if (from !== 0) {
    c00 = v128.load(from);
    c01 = v128.load(from, 16);
    c02 = v128.load(from, 32);
    from += fromRow;
    c10 = v128.load(from);
    c11 = v128.load(from, 16);
    c12 = v128.load(from, 32);
    from += fromRow;
    c20 = v128.load(from);
    c21 = v128.load(from, 16);
    c22 = v128.load(from, 32);
    from += fromRow;
    c30 = v128.load(from);
    c31 = v128.load(from, 16);
    c32 = v128.load(from, 32);
  }
  // Two depths a turn: the engine checks for interrupts once a turn.
  for (let k = depth >> 1; k > 0; k--) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let b2 = v128.load(b, 32);
    let x = v128.load32_splat(a);
    c00 = Simd.madd(x, b0, c00);
    c01 = Simd.madd(x, b1, c01);
    c02 = Simd.madd(x, b2, c02);
    x = v128.load32_splat(a, 4);
    c10 = Simd.madd(x, b0, c10);
    c11 = Simd.madd(x, b1, c11);
    c12 = Simd.madd(x, b2, c12);
    x = v128.load32_splat(a, 8);
    c20 = Simd.madd(x, b0, c20);
    c21 = Simd.madd(x, b1, c21);
    c22 = Simd.madd(x, b2, c22);
    x = v128.load32_splat(a, 12);
    c30 = Simd.madd(x, b0, c30);
    c31 = Simd.madd(x, b1, c31);
    c32 = Simd.madd(x, b2, c32);
    b0 = v128.load(b, 48);
    b1 = v128.load(b, 64);
    b2 = v128.load(b, 80);
    x = v128.load32_splat(a, 16);
    c00 = Simd.madd(x, b0, c00);
    c01 = Simd.madd(x, b1, c01);
    c02 = Simd.madd(x, b2, c02);
    x = v128.load32_splat(a, 20);
    c10 = Simd.madd(x, b0, c10);
    c11 = Simd.madd(x, b1, c11);
    c12 = Simd.madd(x, b2, c12);
    x = v128.load32_splat(a, 24);
    c20 = Simd.madd(x, b0, c20);
    c21 = Simd.madd(x, b1, c21);
    c22 = Simd.madd(x, b2, c22);
    x = v128.load32_splat(a, 28);
    c30 = Simd.madd(x, b0, c30);
    c31 = Simd.madd(x, b1, c31);
    c32 = Simd.madd(x, b2, c32);
    a += 32;
    b += 96;
  }
  if (depth & 1) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    let x = v128.load32_splat(a);
    c00 = Simd.madd(x, b0, c00);
    c01 = Simd.madd(x, b1, c01);
    c02 = Simd.madd(x, b2, c02);
    x = v128.load32_splat(a, 4);
    c10 = Simd.madd(x, b0, c10);
    c11 = Simd.madd(x, b1, c11);
    c12 = Simd.madd(x, b2, c12);
    x = v128.load32_splat(a, 8);
    c20 = Simd.madd(x, b0, c20);
    c21 = Simd.madd(x, b1, c21);
    c22 = Simd.madd(x, b2, c22);
    x = v128.load32_splat(a, 12);
    c30 = Simd.madd(x, b0, c30);
    c31 = Simd.madd(x, b1, c31);
    c32 = Simd.madd(x, b2, c32);
  }
  v128.store(to, c00);
  v128.store(to, c01, 16);
  v128.store(to, c02, 32);
  to += toRow;
  v128.store(to, c10);
  v128.store(to, c11, 16);
  v128.store(to, c12, 32);
  to += toRow;
  v128.store(to, c20);
  v128.store(to, c21, 16);
  v128.store(to, c22, 32);
  to += toRow;
  v128.store(to, c30);
  v128.store(to, c31, 16);
  v128.store(to, c32, 32);
}
