// Arithmetic on four 32-bit floats at a time: multiply-add, exponential, sigmoid, tanh, and sums that do not depend on
// how the work was divided. Static methods, because AssemblyScript inlines only what is decorated.

/** Multiplies and adds; one rounding in the relaxed build (fused), two in the plain one. */
export abstract class Simd {
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
  }

  /** e^x, relative error about 1e-7: x = n ln 2 + r, a polynomial in r (Cephes expf), n put into the exponent bits. */
  @inline static exp(input: v128): v128 {
    // In this order of operands NaN stays NaN; pmin and pmax are one instruction where min and max are eight.
    const x = f32x4.pmax(f32x4.pmin(input, f32x4.splat(88)), f32x4.splat(-87));
    // Next to 1.5 * 2^23 floats are whole numbers: n + 127 is rounded, and stands in the low bits.
    const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(12583039));
    const n = f32x4.sub(shifted, f32x4.splat(12583039));
    // ln 2 in two parts, the first exact in few bits, keeps r accurate.
    let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
    r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
    let p = f32x4.splat(1.98756915e-4);
    p = Simd.madd(p, r, f32x4.splat(1.3981999507e-3));
    p = Simd.madd(p, r, f32x4.splat(8.3334519073e-3));
    p = Simd.madd(p, r, f32x4.splat(4.1665795894e-2));
    p = Simd.madd(p, r, f32x4.splat(1.6666665459e-1));
    p = Simd.madd(p, r, f32x4.splat(5.0000001201e-1));
    p = Simd.madd(f32x4.mul(p, r), r, f32x4.add(r, f32x4.splat(1)));
    return f32x4.mul(p, i32x4.shl(shifted, 23));
  }

  @inline static sigmoid(x: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.div(one, f32x4.add(one, Simd.exp(f32x4.neg(x))));
  }

  /** tanh x: a polynomial near zero (Cephes tanhf), where 2 sigmoid(2x) - 1 would lose its digits, that formula elsewhere. */
  @inline static tanh(x: v128): v128 {
    const square = f32x4.mul(x, x);
    let p = f32x4.splat(-5.70498872745e-3);
    p = Simd.madd(p, square, f32x4.splat(2.06390887954e-2));
    p = Simd.madd(p, square, f32x4.splat(-5.37397155531e-2));
    p = Simd.madd(p, square, f32x4.splat(1.33314422036e-1));
    p = Simd.madd(p, square, f32x4.splat(-3.33332819422e-1));
    const near = Simd.madd(f32x4.mul(p, square), x, x);
    const far = f32x4.sub(f32x4.mul(f32x4.splat(2), Simd.sigmoid(f32x4.add(x, x))), f32x4.splat(1));
    return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625)));
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
