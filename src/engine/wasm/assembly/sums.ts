// Job: sums over some of an array's axes, in double precision, divided by a number at the end (for means). Results are
// divided over the team, so the order of each sum does not depend on it.
import { Simd } from './simd';
import { Wide } from './reductions';
import { shareBegin, shareEnd } from './team';

@unmanaged
export class SumsArguments {
  x!: usize;
  /** Result: [kept0, kept1]. */
  sums!: usize;
  divisor!: i32;
  /** Sizes of two axes that stay and of two that are summed over, and their strides in x, in floats. */
  kept0!: i32;
  kept1!: i32;
  summed0!: i32;
  summed1!: i32;
  keptStride0!: i32;
  keptStride1!: i32;
  summedStride0!: i32;
  summedStride1!: i32;
}

export function sums(args: SumsArguments): void {
  // Neighbouring results from neighbouring values are made four at a time.
  const wide = args.keptStride1 === 1 && args.summedStride1 !== 1;
  const group = wide ? 4 : 1;
  const groups = (args.kept1 + group - 1) / group;
  const divisor = args.divisor as f64;
  const end = shareEnd(args.kept0 * groups, 1);
  for (let unit = shareBegin(args.kept0 * groups, 1); unit < end; unit++) {
    const i = unit / groups;
    const j = (unit % groups) * group;
    const x = args.x + ((i * args.keptStride0 + j * args.keptStride1) as usize) * 4;
    const to = args.sums + ((i * args.kept1 + j) as usize) * 4;
    if (wide) Simd.storePart(to, fourSums(args, x, min(4, args.kept1 - j), divisor), args.kept1 - j);
    else store<f32>(to, (oneSum(args, x) / divisor) as f32);
  }
}

function oneSum(args: SumsArguments, x: usize): f64 {
  const count = args.summed1;
  const stride = (args.summedStride1 as usize) * 4;
  let total: f64 = 0;
  for (let i = 0; i < args.summed0; i++) {
    let at = x + ((i * args.summedStride0) as usize) * 4;
    let k = 0;
    if (stride === 4) {
      let four = f64x2.splat(0);
      for (; k + 4 <= count; k += 4) {
        four = Wide.add(four, v128.load(at));
        at += 16;
      }
      total += Wide.total(four);
    }
    for (; k < count; k++) {
      total += load<f32>(at) as f64;
      at += stride;
    }
  }
  return total;
}

/** Up to four neighbouring sums. */
function fourSums(args: SumsArguments, x: usize, count: i32, divisor: f64): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < args.summed0; i++) {
    let at = x + ((i * args.summedStride0) as usize) * 4;
    for (let k = 0; k < args.summed1; k++) {
      const values = Simd.loadPart(at, count, 0);
      low = f64x2.add(low, f64x2.promote_low_f32x4(values));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0)));
      at += (args.summedStride1 as usize) * 4;
    }
  }
  const all = f64x2.splat(divisor);
  const lowPart = f32x4.demote_f64x2_zero(f64x2.div(low, all));
  return i64x2.shuffle(lowPart, f32x4.demote_f64x2_zero(f64x2.div(high, all)), 0, 2);
}
