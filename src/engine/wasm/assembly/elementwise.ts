// Job: arithmetic on corresponding values of two arrays, either of which may be repeated along any axis (broadcasting).
// Infinities, NaN and signed zeros as IEEE 754 has them: the smaller or larger of a number and NaN is NaN.
// Rows of the last axis are divided over the team.
import { Axes } from './axes';
import { Simd } from './simd';
import { myScratch } from './team';

@unmanaged
export class ElementwiseArguments {
  /** 0: a + b. 1: a - b. 2: a b. 3: a / b. 4: the smaller. 5: the larger. 6: (a - b)². 7: the root of a. 8: -a. */
  operation!: i32;
  a!: usize;
  b!: usize;
  /** Result: all of the axes, without gaps. */
  result!: usize;
  /** Sizes of four axes, the last one runs fastest. */
  size0!: i32;
  size1!: i32;
  size2!: i32;
  size3!: i32;
  /** Strides in floats; 0 repeats. Those of the last axis are 0 or 1. */
  a0!: i32;
  a1!: i32;
  a2!: i32;
  a3!: i32;
  b0!: i32;
  b1!: i32;
  b2!: i32;
  b3!: i32;
}

export function elementwise(args: ElementwiseArguments): void {
  const rows = args.size0 * args.size1 * args.size2;
  const first = Axes.firstColumn(rows, args.size3);
  const count = Axes.endColumn(rows, args.size3) - first;
  const end = Axes.endRow(rows);
  for (let row = Axes.firstRow(rows); row < end; row++) {
    const aRow = Axes.offset(row, args.size1, args.size2, args.a0, args.a1, args.a2) + first * args.a3;
    const bRow = Axes.offset(row, args.size1, args.size2, args.b0, args.b1, args.b2) + first * args.b3;
    const a = args.a + (aRow as usize) * 4;
    const b = args.b + (bRow as usize) * 4;
    const to = args.result + ((row * args.size3 + first) as usize) * 4;
    calculate(args.operation, a, args.a3, b, args.b3, to, count);
  }
}

/** One row: a pointer to a repeated value stays where eight copies of it are, the others go on. */
function calculate(operation: i32, a: usize, aStride: i32, b: usize, bStride: i32, to: usize, count: i32): void {
  if (aStride === 0) a = Row.repeated(a, myScratch());
  if (bStride === 0) b = Row.repeated(b, myScratch() + 32);
  const aStep = (aStride as usize) * 16;
  const bStep = (bStride as usize) * 16;
  if (operation === 0) Row.run(0, a, aStep, b, bStep, to, count);
  else if (operation === 1) Row.run(1, a, aStep, b, bStep, to, count);
  else if (operation === 2) Row.run(2, a, aStep, b, bStep, to, count);
  else if (operation === 3) Row.run(3, a, aStep, b, bStep, to, count);
  else if (operation === 4) Row.run(4, a, aStep, b, bStep, to, count);
  else if (operation === 5) Row.run(5, a, aStep, b, bStep, to, count);
  else if (operation === 6) Row.run(6, a, aStep, b, bStep, to, count);
  else if (operation === 7) Row.run(7, a, aStep, b, bStep, to, count);
  else if (operation === 8) Row.run(8, a, aStep, b, bStep, to, count);
  else unreachable();
}

abstract class Row {
  /** Eight copies of the value at `x` at `to`, which is given back. */
  @inline static repeated(x: usize, to: usize): usize {
    const value = v128.load32_splat(x);
    v128.store(to, value);
    v128.store(to, value, 16);
    return to;
  }

  /** Inlined for each operation, so that none is chosen inside the loop. */
  @inline static run(operation: i32, a: usize, aStep: usize, b: usize, bStep: usize, to: usize, count: i32): void {
    let left = count;
    for (; left >= 8; left -= 8) {
      v128.store(to, Row.apply(operation, v128.load(a), v128.load(b)));
      v128.store(to, Row.apply(operation, v128.load(a, 16), v128.load(b, 16)), 16);
      a += 2 * aStep;
      b += 2 * bStep;
      to += 32;
    }
    for (; left > 0; left -= 4) {
      Simd.storePart(to, Row.apply(operation, Simd.loadPart(a, left, 0), Simd.loadPart(b, left, 0)), left);
      a += aStep;
      b += bStep;
      to += 16;
    }
  }

  @inline static apply(operation: i32, x: v128, y: v128): v128 {
    if (operation === 0) return f32x4.add(x, y);
    if (operation === 1) return f32x4.sub(x, y);
    if (operation === 2) return f32x4.mul(x, y);
    if (operation === 3) return f32x4.div(x, y);
    if (operation === 4) return f32x4.min(x, y);
    if (operation === 5) return f32x4.max(x, y);
    if (operation === 6) {
      const difference = f32x4.sub(x, y);
      return f32x4.mul(difference, difference);
    }
    if (operation === 7) return f32x4.sqrt(x);
    return f32x4.neg(x);
  }
}
