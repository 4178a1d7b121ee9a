// Products and packing divided over the team: what the layers' kernels are made of.
import { multiply, newProduct, Product } from './gemm';
import { COLUMNS, packColumns, ROWS } from './pack';
import { barrier, shareBegin, shareEnd } from './team';

/**
 * Packs this thread's share of B [depth, columns] for `multiply`. Column n, row k of B is read at
 * source + n columnStride + k rowStride (bytes). `panelRows` is from one panel to the next in `target`, in rows of 16:
 * at least `depth`, more when something else goes between.
 */
export function packShare(
  source: usize,
  columnStride: usize,
  rowStride: usize,
  columns: i32,
  depth: i32,
  target: usize,
  panelRows: i32,
): void {
  const begin = shareBegin(columns, COLUMNS);
  const count = shareEnd(columns, COLUMNS) - begin;
  const panelBytes = (panelRows * COLUMNS * 4) as usize;
  const from = source + (begin as usize) * columnStride;
  packColumns(
    from,
    columnStride,
    rowStride,
    count,
    depth,
    target + ((begin / COLUMNS) as usize) * panelBytes,
    panelBytes,
  );
}

/** This thread's share of the rows of C [rows, columns]. For tall products. */
export function multiplyRowShare(product: Product, rows: i32, columns: i32): void {
  multiply(product, shareBegin(rows, ROWS), shareEnd(rows, ROWS), 0, columns);
}

/** This thread's share of the columns of each part of C [rows, columns]. For the few rows of a time step. */
export function multiplyColumnShare(product: Product, rows: i32, columns: i32): void {
  multiply(product, 0, rows, shareBegin(columns, COLUMNS), shareEnd(columns, COLUMNS));
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
  packShare(args.b, args.bColumn, args.bDepth, args.columns, args.depth, args.packed, args.depth);
  barrier();
  const product = newProduct();
  product.a = args.a;
  product.aRow = args.aRow;
  product.aDepth = args.aDepth;
  product.b = args.packed;
  product.depth = args.depth;
  product.start = args.bias;
  product.c = args.c;
  product.cRow = (args.columns * 4) as usize;
  if (args.rows < args.columns / 4) multiplyColumnShare(product, args.rows, args.columns);
  else multiplyRowShare(product, args.rows, args.columns);
  if (args.sums !== 0) columnSumsShare(args.a, args.depth, args.rows, args.sums);
}
