// Matrix product C = start + A B in single precision: B packed beforehand in panels of 16 columns, A packed block by
// block in panels of 4 rows (pack.ts), and a micro-kernel that sums a 4 x 16 tile of C. Blocks of the inner dimension
// are as long as fits the first-level cache beside the panel of A; blocks of rows, the second-level cache.
// Each element of C is summed in one order, whatever the number of threads and however rows and columns are divided.
import { COLUMNS, packRows, ROWS } from './pack';
import { Simd } from './simd';
import { myScratch } from './team';

const DEPTH_BLOCK: i32 = 448;
const ROW_BLOCK: i32 = 88;
/** In a thread's scratch, after the packed block of A: the tile for the edges of C, a row of zeros, the product worked on. */
const TILE: usize = (DEPTH_BLOCK * ROW_BLOCK * 4) as usize;
const TILE_ROW: usize = (COLUMNS * 4) as usize;
const ZEROS: usize = TILE + (ROWS as usize) * TILE_ROW;
const PRODUCT: usize = ZEROS + TILE_ROW;

/** C = start + A B. All strides are in bytes. */
@unmanaged
export class Product {
  /** A [rows, depth]: read with two strides, so transposed is as good. */
  a!: usize;
  aRow!: usize;
  aDepth!: usize;
  /** B [depth, columns], packed. */
  b!: usize;
  depth!: i32;
  /** What C begins from: C itself to accumulate, a bias with `startRow` 0, or 0 for zeros, with `startRow` 0. */
  start!: usize;
  startRow!: usize;
  c!: usize;
  cRow!: usize;
  /** C may be several matrices side by side, `partBytes` apart; their panels take turns in B. */
  parts!: i32;
  partBytes!: usize;
}

/** This thread's product, to be filled; as it is, of one part and from zeros. */
export function newProduct(): Product {
  const product = changetype<Product>(myScratch() + PRODUCT);
  product.start = 0;
  product.startRow = 0;
  product.parts = 1;
  product.partBytes = 0;
  return product;
}

/** Computes rows `firstRow` to `endRow` of C in columns `firstColumn` (a multiple of 16) to `endColumn` of each part. */
export function multiply(product: Product, firstRow: i32, endRow: i32, firstColumn: i32, endColumn: i32): void {
  if (firstColumn >= endColumn) return;
  const depth = product.depth;
  const blocks = (depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK;
  for (let block = 0; block < blocks; block++) {
    // Blocks of equal length: a short last one would waste a pass over C.
    const k = (depth * block) / blocks;
    const length = (depth * (block + 1)) / blocks - k;
    for (let row = firstRow; row < endRow; row += ROW_BLOCK) {
      const end = min(endRow, row + ROW_BLOCK);
      const a = product.a + (row as usize) * product.aRow + (k as usize) * product.aDepth;
      packRows(a, product.aRow, product.aDepth, end - row, length, myScratch());
      multiplyBlock(product, row, end, firstColumn, endColumn, k, length);
    }
  }
}

function multiplyBlock(
  product: Product,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
  k: i32,
  length: i32,
): void {
  const panelA = (length * ROWS * 4) as usize;
  const panelB = (product.depth as usize) * TILE_ROW;
  const cRow = product.cRow;
  const start = k === 0 ? product.start : product.c;
  const startRow = k === 0 ? product.startRow : cRow;
  const zeros = myScratch() + ZEROS;
  memory.fill(zeros, 0, TILE_ROW);
  let b = product.b + (k as usize) * TILE_ROW + ((firstColumn / COLUMNS) as usize) * (product.parts as usize) * panelB;
  for (let column = firstColumn; column < endColumn; column += COLUMNS) {
    const width = min(COLUMNS, endColumn - column);
    for (let part = 0; part < product.parts; part++) {
      const across = (part as usize) * product.partBytes + ((column * 4) as usize);
      let panel = myScratch();
      for (let row = firstRow; row < endRow; row += ROWS) {
        const height = min(ROWS, endRow - row);
        const from = start !== 0 ? start + (row as usize) * startRow + across : zeros;
        const to = product.c + (row as usize) * cRow + across;
        if (height === ROWS && width === COLUMNS) microKernel(length, panel, b, from, startRow, to, cRow);
        else multiplyEdge(length, panel, b, from, startRow, to, cRow, height, width);
        panel += panelA;
      }
      b += panelB;
    }
  }
}

/** At an edge of C the whole tile is computed aside, and the part inside C is taken. */
function multiplyEdge(
  depth: i32,
  a: usize,
  b: usize,
  from: usize,
  fromRow: usize,
  to: usize,
  toRow: usize,
  height: i32,
  width: i32,
): void {
  const tile = myScratch() + TILE;
  copyTile(from, fromRow, tile, TILE_ROW, height, width);
  microKernel(depth, a, b, tile, TILE_ROW, tile, TILE_ROW);
  copyTile(tile, TILE_ROW, to, toRow, height, width);
}

/** Copies `height` rows of `width` floats. */
export function copyTile(from: usize, fromRow: usize, to: usize, toRow: usize, height: i32, width: i32): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column += 4) {
      const at = (column * 4) as usize;
      Simd.storePart(to + at, Simd.loadPart(from + at, width - column, 0), width - column);
    }
    from += fromRow;
    to += toRow;
  }
}

/**
 * A 4 x 16 tile: sixteen accumulators, four vectors of B, one value of A at a time spread over four lanes. Sums of
 * neighbouring columns are written in the same way, and one depth a turn, so that V8 can join them to vectors of eight
 * (kernelBuild.ts): only then is there a register for each.
 */
function microKernel(depth: i32, a: usize, b: usize, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  let c00 = v128.load(from);
  let c01 = v128.load(from, 16);
  let c02 = v128.load(from, 32);
  let c03 = v128.load(from, 48);
  from += fromRow;
  let c10 = v128.load(from);
  let c11 = v128.load(from, 16);
  let c12 = v128.load(from, 32);
  let c13 = v128.load(from, 48);
  from += fromRow;
  let c20 = v128.load(from);
  let c21 = v128.load(from, 16);
  let c22 = v128.load(from, 32);
  let c23 = v128.load(from, 48);
  from += fromRow;
  let c30 = v128.load(from);
  let c31 = v128.load(from, 16);
  let c32 = v128.load(from, 32);
  let c33 = v128.load(from, 48);
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    let x = v128.load32_splat(a);
    c00 = Simd.madd(x, b0, c00);
    c01 = Simd.madd(x, b1, c01);
    c02 = Simd.madd(x, b2, c02);
    c03 = Simd.madd(x, b3, c03);
    x = v128.load32_splat(a, 4);
    c10 = Simd.madd(x, b0, c10);
    c11 = Simd.madd(x, b1, c11);
    c12 = Simd.madd(x, b2, c12);
    c13 = Simd.madd(x, b3, c13);
    x = v128.load32_splat(a, 8);
    c20 = Simd.madd(x, b0, c20);
    c21 = Simd.madd(x, b1, c21);
    c22 = Simd.madd(x, b2, c22);
    c23 = Simd.madd(x, b3, c23);
    x = v128.load32_splat(a, 12);
    c30 = Simd.madd(x, b0, c30);
    c31 = Simd.madd(x, b1, c31);
    c32 = Simd.madd(x, b2, c32);
    c33 = Simd.madd(x, b3, c33);
    a += 16;
    b += 64;
  }
  v128.store(to, c00);
  v128.store(to, c01, 16);
  v128.store(to, c02, 32);
  v128.store(to, c03, 48);
  to += toRow;
  v128.store(to, c10);
  v128.store(to, c11, 16);
  v128.store(to, c12, 32);
  v128.store(to, c13, 48);
  to += toRow;
  v128.store(to, c20);
  v128.store(to, c21, 16);
  v128.store(to, c22, 32);
  v128.store(to, c23, 48);
  to += toRow;
  v128.store(to, c30);
  v128.store(to, c31, 16);
  v128.store(to, c32, 32);
  v128.store(to, c33, 48);
}
