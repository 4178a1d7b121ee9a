// Copies a matrix into panels: the order in which the matrix product (gemm.ts) reads it. A panel holds the values of 16
// neighbouring columns of B, or 4 neighbouring rows of A, for all of the inner dimension: [panel][depth][lane], zeros
// where the matrix ends. Transposed operands cost little more: only the strides differ.

/** Rows of A in a panel, and columns of B. */
export const ROWS: i32 = 4;
export const COLUMNS: i32 = 16;
/** Depths of sixteen columns that are transposed at once. */
const PIECE: i32 = 64;

/**
 * Packs `count` columns of B, `depth` values each. Column n, depth k is read at source + n columnStride + k depthStride
 * (bytes); one of the strides is 4. `panelBytes` is the way from one panel to the next in `target`.
 */
export function packColumns(
  source: usize,
  columnStride: usize,
  depthStride: usize,
  count: i32,
  depth: i32,
  target: usize,
  panelBytes: usize,
): void {
  for (let column = 0; column < count; column += COLUMNS) {
    const from = source + (column as usize) * columnStride;
    const lanes = count - column;
    if (lanes >= COLUMNS && columnStride === 4) copy16(from, depthStride, depth, target, 16, 64);
    else if (lanes >= COLUMNS && depthStride === 4) transpose16(from, columnStride, depth, target);
    else copyPart(from, columnStride, depthStride, lanes, COLUMNS, depth, target);
    target += panelBytes;
  }
}

/** Packs `count` rows of A, `depth` values each, one panel after the other; strides as in packColumns. */
export function packRows(
  source: usize,
  rowStride: usize,
  depthStride: usize,
  count: i32,
  depth: i32,
  target: usize,
): void {
  const panelBytes = (depth * ROWS * 4) as usize;
  let row = 0;
  // Where rows lie side by side, four panels at once: each cache line is read whole.
  for (; rowStride === 4 && row + 4 * ROWS <= count; row += 4 * ROWS) {
    copy16(source + (row as usize) * 4, depthStride, depth, target, panelBytes, 16);
    target += 4 * panelBytes;
  }
  for (; row < count; row += ROWS) {
    const from = source + (row as usize) * rowStride;
    if (row + ROWS <= count && depthStride === 4) transpose4(from, rowStride, depth, target, 16);
    else copyPart(from, rowStride, depthStride, count - row, ROWS, depth, target);
    target += panelBytes;
  }
}

/** Sixteen lanes side by side, `depth` times: four vectors go `vectorStride` apart, the next depth `step` further on. */
function copy16(from: usize, depthStride: usize, depth: i32, to: usize, vectorStride: usize, step: usize): void {
  let second = to + vectorStride;
  let third = second + vectorStride;
  let fourth = third + vectorStride;
  for (let k = 0; k < depth; k++) {
    v128.store(to, v128.load(from));
    v128.store(second, v128.load(from, 16));
    v128.store(third, v128.load(from, 32));
    v128.store(fourth, v128.load(from, 48));
    from += depthStride;
    to += step;
    second += step;
    third += step;
    fourth += step;
  }
}

/** Sixteen lanes whose values lie one after another, in pieces of the depth that the first-level cache holds. */
function transpose16(from: usize, laneStride: usize, depth: i32, to: usize): void {
  for (let k = 0; k < depth; k += PIECE) {
    const length = min(PIECE, depth - k);
    for (let group: usize = 0; group < 4; group++)
      transpose4(from + 4 * group * laneStride, laneStride, length, to + 16 * group, 64);
    from += (length * 4) as usize;
    to += (length * 64) as usize;
  }
}

/** Four lanes whose values lie one after another: 4 x 4 blocks are transposed in registers. `step` is from one depth to the next. */
function transpose4(from: usize, laneStride: usize, depth: i32, to: usize, step: usize): void {
  let a = from;
  let b = a + laneStride;
  let c = b + laneStride;
  let d = c + laneStride;
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    const a0 = v128.load(a);
    const b0 = v128.load(b);
    const c0 = v128.load(c);
    const d0 = v128.load(d);
    const abLow = i8x16.shuffle(a0, b0, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const abHigh = i8x16.shuffle(a0, b0, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    const cdLow = i8x16.shuffle(c0, d0, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const cdHigh = i8x16.shuffle(c0, d0, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
    v128.store(to + step, i64x2.shuffle(abLow, cdLow, 1, 3));
    v128.store(to + 2 * step, i64x2.shuffle(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * step, i64x2.shuffle(abHigh, cdHigh, 1, 3));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    to += 4 * step;
  }
  for (; k < depth; k++) {
    store<f32>(to, load<f32>(a));
    store<f32>(to, load<f32>(b), 4);
    store<f32>(to, load<f32>(c), 8);
    store<f32>(to, load<f32>(d), 12);
    a += 4;
    b += 4;
    c += 4;
    d += 4;
    to += step;
  }
}

/** The panel at the end of a matrix: `present` of its `width` lanes are there, the others are zeros. */
function copyPart(
  from: usize,
  laneStride: usize,
  depthStride: usize,
  present: i32,
  width: i32,
  depth: i32,
  to: usize,
): void {
  for (let k = 0; k < depth; k++) {
    let p = from;
    for (let lane = 0; lane < width; lane++) {
      store<f32>(to, lane < present ? load<f32>(p) : 0);
      p += laneStride;
      to += 4;
    }
    from += depthStride;
  }
}
