// Job: a sum over a whole array. Chunks of a fixed size are summed one by one, in double precision, and then their sums
// in order: the result does not depend on how many threads there are.
import { Simd } from './simd';
import { barrier, isFirst, shareBegin, shareEnd } from './team';

const CHUNK: i32 = 16384;

@unmanaged
export class ReductionArguments {
  /** [size] */
  x!: usize;
  size!: i32;
  /** 0: squares. 1: how many are not zero. */
  what!: i32;
  /** Scratch: 64-bit sums, one a chunk. */
  sums!: usize;
  /** Result: one float. */
  total!: usize;
}

export function reduction(args: ReductionArguments): void {
  const end = shareEnd(args.size, CHUNK);
  for (let first = shareBegin(args.size, CHUNK); first < end; first += CHUNK) {
    const x = args.x + (first as usize) * 4;
    const size = min(CHUNK, end - first);
    Chunks.keep(args.sums, first, args.what === 0 ? squares(x, size) : notZero(x, size));
  }
  Chunks.addUp(args.sums, args.size, args.total);
}

/** Two sums at a time, so that neither waits for the other. */
function squares(x: usize, size: i32): f64 {
  let one = f64x2.splat(0);
  let other = one;
  let k = 0;
  for (; k + 8 <= size; k += 8) {
    one = Wide.addSquares(one, v128.load(x));
    other = Wide.addSquares(other, v128.load(x, 16));
    x += 32;
  }
  for (; k < size; k += 4) {
    one = Wide.addSquares(one, Simd.loadPart(x, size - k, 0));
    x += 16;
  }
  return Wide.total(f64x2.add(one, other));
}

function notZero(x: usize, size: i32): f64 {
  const zeros = f32x4.splat(0);
  let counts = i32x4.splat(0);
  let k = 0;
  // True is -1.
  for (; k + 4 <= size; k += 4) {
    counts = i32x4.sub(counts, f32x4.ne(v128.load(x), zeros));
    x += 16;
  }
  if (k < size) counts = i32x4.sub(counts, f32x4.ne(Simd.loadPart(x, size - k, 0), zeros));
  return Wide.total(
    f64x2.add(f64x2.convert_low_i32x4_s(counts), f64x2.convert_low_i32x4_s(i64x2.shuffle(counts, counts, 1, 0))),
  );
}

/** The sums of an array's chunks. */
export abstract class Chunks {
  /** How many of `size` values are summed at a time. */
  static readonly SIZE: i32 = CHUNK;

  /** Takes the sum of the chunk that begins at value `first`. */
  @inline static keep(sums: usize, first: i32, sum: f64): void {
    store<f64>(sums + ((first / CHUNK) as usize) * 8, sum);
  }

  /** Waits for all chunks; the first thread then adds them up, in order, into a float. */
  static addUp(sums: usize, size: i32, total: usize): void {
    barrier();
    if (!isFirst()) return;
    let sum: f64 = 0;
    const end = sums + (((size + CHUNK - 1) / CHUNK) as usize) * 8;
    for (let at = sums; at < end; at += 8) sum += load<f64>(at);
    store<f32>(total, sum as f32);
  }
}

/** Sums in double precision of single precision terms. */
export abstract class Wide {
  @inline static add(sums: v128, x: v128): v128 {
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
    return f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(x), high));
  }

  @inline static addSquares(sums: v128, x: v128): v128 {
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
    return f64x2.add(sums, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }

  /** The first `count` lanes; zeros in the others. */
  @inline static first(x: v128, count: i32): v128 {
    return v128.and(x, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
  }

  @inline static total(sums: v128): f64 {
    return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  }
}
