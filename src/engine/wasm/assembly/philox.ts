// Job: a dropout mask. Philox4x32-10 (Salmon et al., SC 2011) with key [seed, site] and counter [block, 0, call,
// repeat], four blocks at a time; each word gives two 16-bit uniforms, low half first; a cell is dropped where its
// uniform is below the threshold. The bits are those of src/shared/philox.ts.
import { Simd } from './simd';
import { shareBegin, shareEnd } from './team';

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;
const ROUNDS: i32 = 10;
/** Four blocks of four words of two cells. */
const CELLS: i32 = 32;

@unmanaged
export class MaskArguments {
  seed!: u32;
  site!: u32;
  /** Where the number of the call is. */
  call!: usize;
  repeat!: u32;
  /** Number of cells. */
  size!: i32;
  /** 1 to 65535 */
  threshold!: i32;
  /** [size] */
  mask!: usize;
  /** Value of a kept cell. */
  scale!: f32;
}

export function mask(args: MaskArguments): void {
  const begin = shareBegin(args.size, CELLS);
  const end = shareEnd(args.size, CELLS);
  const limit = i16x8.splat((args.threshold - 1) as i16);
  const scale = f32x4.splat(args.scale);
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let cell = begin; cell < end; cell += CELLS) {
    let a = i32x4.add(i32x4.splat(cell >> 3), i32x4(0, 1, 2, 3));
    let b = i32x4.splat(0);
    let c = i32x4.splat(load<u32>(args.call));
    let d = i32x4.splat(args.repeat);
    let key0 = args.seed;
    let key1 = args.site;
    for (let round = 0; round < ROUNDS; round++) {
      const high0 = Words.mulHigh(a, m0);
      const high1 = Words.mulHigh(c, m1);
      const low0 = i32x4.mul(a, m0);
      const low1 = i32x4.mul(c, m1);
      a = v128.xor(v128.xor(high1, b), i32x4.splat(key0));
      b = low1;
      c = v128.xor(v128.xor(high0, d), i32x4.splat(key1));
      d = low0;
      key0 += W0;
      key1 += W1;
    }
    // A 4 x 4 transpose brings the four words of each block together.
    const abLow = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const abHigh = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    const cdLow = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const cdHigh = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    const to = args.mask + (cell as usize) * 4;
    const left = end - cell;
    Words.keep(i64x2.shuffle(abLow, cdLow, 0, 2), limit, scale, to, left);
    Words.keep(i64x2.shuffle(abLow, cdLow, 1, 3), limit, scale, to + 32, left - 8);
    Words.keep(i64x2.shuffle(abHigh, cdHigh, 0, 2), limit, scale, to + 64, left - 16);
    Words.keep(i64x2.shuffle(abHigh, cdHigh, 1, 3), limit, scale, to + 96, left - 24);
  }
}

abstract class Words {
  /** The high halves of four 32 x 32 bit products. */
  @inline static mulHigh(a: v128, b: v128): v128 {
    const low = i64x2.extmul_low_i32x4_u(a, b);
    const high = i64x2.extmul_high_i32x4_u(a, b);
    return i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  }

  /** Eight uniforms to eight cells, of which the first `left` are wanted. */
  @inline static keep(uniforms: v128, limit: v128, scale: v128, to: usize, left: i32): void {
    const kept = i16x8.gt_u(uniforms, limit);
    if (left > 0) Simd.storePart(to, v128.and(i32x4.extend_low_i16x8_s(kept), scale), left);
    if (left > 4) Simd.storePart(to + 16, v128.and(i32x4.extend_high_i16x8_s(kept), scale), left - 4);
  }
}
