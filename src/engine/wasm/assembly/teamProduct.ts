// Products and packing divided over the team: what the layers' kernels are made of.
import { COLUMNS, multiply, ROWS } from './gemm';
import { pack } from './pack';
import { barrier, shareBegin, shareEnd } from './team';

/**
 * Packs this thread's share of B [depth, columns] for `multiply`. Column n, row k of B is read at
 * source + n columnStride + k rowStride (bytes). The rows may be part of a deeper B: `firstRow` of `packedDepth`.
 */
export function packShare(
  source: usize,
  columnStride: usize,
  rowStride: usize,
  columns: i32,
  depth: i32,
  target: usize,
  firstRow: i32,
  packedDepth: i32,
): void {
  const begin = shareBegin(columns, COLUMNS);
  const end = shareEnd(columns, COLUMNS);
  const rowBytes = (COLUMNS * 4) as usize;
  const panels = ((begin / COLUMNS) as usize) * rowBytes * (packedDepth as usize);
  pack(
    source + (begin as usize) * columnStride,
    columnStride,
    rowStride,
    end - begin,
    depth,
    COLUMNS,
    target + panels + (firstRow as usize) * rowBytes,
    packedDepth,
  );
}

/** This thread's share of the rows of C = start + A B; arguments as in gemm.ts. For tall products. */
export function multiplyRowShare(
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
  const begin = shareBegin(rows, ROWS);
  const count = shareEnd(rows, ROWS) - begin;
  if (count === 0) return;
  const skip = begin as usize;
  const from = start !== 0 ? start + skip * startRow : 0;
  multiply(a + skip * aRow, aRow, aDepth, b, from, startRow, c + skip * cRow, cRow, count, columns, depth);
}

/** This thread's share of the columns of C = start + A B; arguments as in gemm.ts. For the few rows of a time step. */
export function multiplyColumnShare(
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
  const begin = shareBegin(columns, COLUMNS);
  const count = shareEnd(columns, COLUMNS) - begin;
  if (count === 0) return;
  const skip = (begin * 4) as usize;
  const from = start !== 0 ? start + skip : 0;
  const panels = b + skip * (depth as usize);
  multiply(a, aRow, aDepth, panels, from, startRow, c + skip, cRow, rows, count, depth);
}

/** Sums over the rows of a [rows, columns]; each thread takes some columns, so the order of the sum is fixed. */
export function columnSumsShare(a: usize, rows: i32, columns: i32, sums: usize): void {
  const begin = shareBegin(columns, 16);
  const end = shareEnd(columns, 16);
  const rowBytes = (columns * 4) as usize;
  const count = ((end - begin) * 4) as usize;
  memory.fill(sums + ((begin * 4) as usize), 0, count);
  for (let row = 0; row < rows; row++) {
    const from = a + (row as usize) * rowBytes;
    let column = begin;
    for (; column + 4 <= end; column += 4) {
      const at = (column * 4) as usize;
      v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(from + at)));
    }
    for (; column < end; column++) {
      const at = (column * 4) as usize;
      store<f32>(sums + at, load<f32>(sums + at) + load<f32>(from + at));
    }
  }
}

/** Job: C [rows, columns] = A B (+ bias). Which operand is transposed is in the strides. */
@unmanaged
export class ProductArguments {
  a!: usize;
  aRow!: usize;
  aDepth!: usize;
  b!: usize;
  bColumn!: usize;
  bDepth!: usize;
  /** A vector added to every row of C, or 0. */
  bias!: usize;
  c!: usize;
  rows!: i32;
  columns!: i32;
  depth!: i32;
  packed!: usize;
  /** Where the sums of A's columns go, for a bias gradient (A read transposed, [depth, rows] in memory), or 0. */
  sums!: usize;
}

export function product(args: ProductArguments): void {
  const cRow = (args.columns * 4) as usize;
  packShare(args.b, args.bColumn, args.bDepth, args.columns, args.depth, args.packed, 0, args.depth);
  barrier();
  const multiplyShare = args.rows < args.columns / 4;
  if (multiplyShare)
    multiplyColumnShare(
      args.a,
      args.aRow,
      args.aDepth,
      args.packed,
      args.bias,
      0,
      args.c,
      cRow,
      args.rows,
      args.columns,
      args.depth,
    );
  else
    multiplyRowShare(
      args.a,
      args.aRow,
      args.aDepth,
      args.packed,
      args.bias,
      0,
      args.c,
      cRow,
      args.rows,
      args.columns,
      args.depth,
    );
  if (args.sums !== 0) columnSumsShare(args.a, args.depth, args.rows, args.sums);
}
