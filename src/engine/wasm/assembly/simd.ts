// Arithmetic on four 32-bit floats at a time: multiply-add, exponential, sigmoid, tanh, and sums that do not depend on
// how the work was divided. Static methods, because AssemblyScript inlines only what is decorated.

/**
 * The constants of exp and tanh are kept in memory (team.ts: `constants`), these are their places in bytes. V8 makes a
 * constant vector anew at each use, of up to seven instructions; from memory it is one.
 */
const HIGHEST: usize = 0;
const LOWEST: usize = 4;
const LOG2_E: usize = 8;
const SHIFT: usize = 12;
const LN2_HIGH: usize = 16;
const LN2_LOW: usize = 20;
const EXP_7: usize = 24;
const EXP_6: usize = 28;
const EXP_5: usize = 32;
const EXP_4: usize = 36;
const EXP_3: usize = 40;
const EXP_2: usize = 44;
const TANH_11: usize = 48;
const TANH_9: usize = 52;
const TANH_7: usize = 56;
const TANH_5: usize = 60;
const TANH_3: usize = 64;
const NEAR: usize = 68;
const ONE: usize = 72;
const TWO: usize = 76;

/**
 * How far exp looks on either side. e^-64 is nothing beside anything it is added to, and far from the denormal floats,
 * which processors take twenty times as long to multiply: saturated gates would be made of them.
 */
const REACH: f32 = 64;

export function writeConstants(table: usize): void {
  store<f32>(table, REACH, HIGHEST);
  store<f32>(table, -REACH, LOWEST);
  store<f32>(table, 1.44269504, LOG2_E);
  store<f32>(table, 12583039, SHIFT);
  store<f32>(table, 0.693359375, LN2_HIGH);
  store<f32>(table, 2.1219444e-4, LN2_LOW);
  store<f32>(table, 1.98756915e-4, EXP_7);
  store<f32>(table, 1.3981999507e-3, EXP_6);
  store<f32>(table, 8.3334519073e-3, EXP_5);
  store<f32>(table, 4.1665795894e-2, EXP_4);
  store<f32>(table, 1.6666665459e-1, EXP_3);
  store<f32>(table, 5.0000001201e-1, EXP_2);
  store<f32>(table, -5.70498872745e-3, TANH_11);
  store<f32>(table, 2.06390887954e-2, TANH_9);
  store<f32>(table, -5.37397155531e-2, TANH_7);
  store<f32>(table, 1.33314422036e-1, TANH_5);
  store<f32>(table, -3.33332819422e-1, TANH_3);
  store<f32>(table, 0.625, NEAR);
  store<f32>(table, 1, ONE);
  store<f32>(table, 2, TWO);
}

/** Of exp, sigmoid, tanh and their slopes the last argument is where the constants are. */
export abstract class Simd {
  /** Multiplies and adds; one rounding in the relaxed build (fused), two in the plain one. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
  }

  /** e^x for x from -REACH to REACH, beyond that of these; relative error about 1e-7: x = n ln 2 + r, a polynomial in r (Cephes expf), n put into the exponent bits. */
  @inline static exp(input: v128, table: usize): v128 {
    // In this order of operands NaN stays NaN; pmin and pmax are one instruction where min and max are eight.
    const x = f32x4.pmax(f32x4.pmin(input, v128.load32_splat(table, HIGHEST)), v128.load32_splat(table, LOWEST));
    // Next to 1.5 * 2^23 floats are whole numbers: n + 127 is rounded, and stands in the low bits.
    const shifted = f32x4.add(f32x4.mul(x, v128.load32_splat(table, LOG2_E)), v128.load32_splat(table, SHIFT));
    const n = f32x4.sub(shifted, v128.load32_splat(table, SHIFT));
    // ln 2 in two parts, the first exact in few bits, keeps r accurate.
    let r = f32x4.sub(x, f32x4.mul(n, v128.load32_splat(table, LN2_HIGH)));
    r = f32x4.add(r, f32x4.mul(n, v128.load32_splat(table, LN2_LOW)));
    let p = v128.load32_splat(table, EXP_7);
    p = Simd.madd(p, r, v128.load32_splat(table, EXP_6));
    p = Simd.madd(p, r, v128.load32_splat(table, EXP_5));
    p = Simd.madd(p, r, v128.load32_splat(table, EXP_4));
    p = Simd.madd(p, r, v128.load32_splat(table, EXP_3));
    p = Simd.madd(p, r, v128.load32_splat(table, EXP_2));
    p = Simd.madd(f32x4.mul(p, r), r, f32x4.add(r, v128.load32_splat(table, ONE)));
    return f32x4.mul(p, i32x4.shl(shifted, 23));
  }

  @inline static sigmoid(x: v128, table: usize): v128 {
    const one = v128.load32_splat(table, ONE);
    return f32x4.div(one, f32x4.add(one, Simd.exp(f32x4.neg(x), table)));
  }

  /** tanh x: a polynomial near zero (Cephes tanhf), where 2 sigmoid(2x) - 1 would lose its digits, that formula elsewhere. */
  @inline static tanh(x: v128, table: usize): v128 {
    const square = f32x4.mul(x, x);
    let p = v128.load32_splat(table, TANH_11);
    p = Simd.madd(p, square, v128.load32_splat(table, TANH_9));
    p = Simd.madd(p, square, v128.load32_splat(table, TANH_7));
    p = Simd.madd(p, square, v128.load32_splat(table, TANH_5));
    p = Simd.madd(p, square, v128.load32_splat(table, TANH_3));
    const near = Simd.madd(f32x4.mul(p, square), x, x);
    const far = f32x4.sub(
      f32x4.mul(v128.load32_splat(table, TWO), Simd.sigmoid(f32x4.add(x, x), table)),
      v128.load32_splat(table, ONE),
    );
    return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), v128.load32_splat(table, NEAR)));
  }

  /** From dloss/dy to dloss/dx through y = sigmoid x. */
  @inline static sigmoidSlope(dy: v128, y: v128, table: usize): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(v128.load32_splat(table, ONE), y)));
  }

  /** From dloss/dy to dloss/dx through y = tanh x. */
  @inline static tanhSlope(dy: v128, y: v128, table: usize): v128 {
    return f32x4.mul(dy, f32x4.sub(v128.load32_splat(table, ONE), f32x4.mul(y, y)));
  }

  /** Loads the first `count` (1 to 4) floats at `p`; the other lanes are `filler`. Nothing past them is read. */
  @inline static loadPart(p: usize, count: i32, filler: f32): v128 {
    if (count >= 4) return v128.load(p);
    let x = f32x4.splat(filler);
    x = f32x4.replace_lane(x, 0, load<f32>(p));
    if (count > 1) x = f32x4.replace_lane(x, 1, load<f32>(p, 4));
    if (count > 2) x = f32x4.replace_lane(x, 2, load<f32>(p, 8));
    return x;
  }

  /** Stores the first `count` (1 to 4) lanes at `p` and nothing past them. */
  @inline static storePart(p: usize, x: v128, count: i32): void {
    if (count >= 4) {
      v128.store(p, x);
      return;
    }
    store<f32>(p, f32x4.extract_lane(x, 0));
    if (count > 1) store<f32>(p, f32x4.extract_lane(x, 1), 4);
    if (count > 2) store<f32>(p, f32x4.extract_lane(x, 2), 8);
  }

  @inline static sum(x: v128): f32 {
    return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
  }

  @inline static max(x: v128): f32 {
    return max(
      max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
      max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
    );
  }
}
