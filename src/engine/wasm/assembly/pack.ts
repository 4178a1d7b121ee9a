// Copies a matrix into panels: the order in which the matrix product (gemm.ts) reads it. A panel holds `width`
// neighbouring rows of A (or columns of B) for all of the inner dimension: [panel][depth][width], zeros where the
// matrix ends. Transposed operands cost nothing more: only the strides differ.

/** Bytes that `count` rows (or columns) take packed in panels of `width`, with inner dimension `depth`. */
export function packedBytes(count: i32, depth: i32, width: i32): usize {
  return ((((count + width - 1) / width) * width * 4) as usize) * (depth as usize);
}

/**
 * Packs `count` lanes (rows of A or columns of B) of `depth` values each. Lane l, depth k is read at
 * source + l laneStride + k depthStride (bytes); one of the strides is usually 4. `panelDepth` is the depth of the whole
 * panel, so that a part of it can be filled: `target` then points at the first depth to fill.
 */
export function pack(
  source: usize,
  laneStride: usize,
  depthStride: usize,
  count: i32,
  depth: i32,
  width: i32,
  target: usize,
  panelDepth: i32,
): void {
  const rowBytes = (width * 4) as usize;
  const panelBytes = rowBytes * (panelDepth as usize);
  for (let lane = 0; lane < count; lane += width) {
    const from = source + (lane as usize) * laneStride;
    const lanes = min(width, count - lane);
    if (lanes === 12 && laneStride === 4) copy12(from, depthStride, depth, target);
    else
      for (let group = 0; group < width; group += 4) {
        const present = lanes - group;
        const first = from + (group as usize) * laneStride;
        const to = target + ((group * 4) as usize);
        if (present >= 4 && laneStride === 4) copy4(first, depthStride, depth, to, rowBytes);
        else if (present >= 4 && depthStride === 4) transpose4(first, laneStride, depth, to, rowBytes);
        else copyPart(first, laneStride, depthStride, min(4, max(0, present)), depth, to, rowBytes);
      }
    target += panelBytes;
  }
}

function copy12(from: usize, depthStride: usize, depth: i32, to: usize): void {
  for (let k = 0; k < depth; k++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    from += depthStride;
    to += 48;
  }
}

function copy4(from: usize, depthStride: usize, depth: i32, to: usize, rowBytes: usize): void {
  for (let k = 0; k < depth; k++) {
    v128.store(to, v128.load(from));
    from += depthStride;
    to += rowBytes;
  }
}

/** Four lanes whose values lie one after another: 4 x 4 blocks are transposed in registers. */
function transpose4(from: usize, laneStride: usize, depth: i32, to: usize, rowBytes: usize): void {
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
    v128.store(to + rowBytes, i64x2.shuffle(abLow, cdLow, 1, 3));
    v128.store(to + 2 * rowBytes, i64x2.shuffle(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * rowBytes, i64x2.shuffle(abHigh, cdHigh, 1, 3));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
    to += 4 * rowBytes;
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
    to += rowBytes;
  }
}

function copyPart(
  from: usize,
  laneStride: usize,
  depthStride: usize,
  present: i32,
  depth: i32,
  to: usize,
  rowBytes: usize,
): void {
  for (let k = 0; k < depth; k++) {
    let p = from;
    for (let lane = 0; lane < 4; lane++) {
      store<f32>(to + ((lane * 4) as usize), lane < present ? load<f32>(p) : 0);
      p += laneStride;
    }
    from += depthStride;
    to += rowBytes;
  }
}
