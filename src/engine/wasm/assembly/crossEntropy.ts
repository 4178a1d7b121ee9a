// Jobs: softmax cross-entropy with integer targets. Forward keeps log sum exp of each row, so that backward makes the
// slope in one pass, already multiplied by dloss and 1/rows. Rows are divided over the team.
import { Simd } from './simd';
import { barrier, constants, isFirst, shareBegin, shareEnd } from './team';

@unmanaged
export class CrossEntropyForwardArguments {
  rows!: i32;
  vocabulary!: i32;
  /** [rows, vocabulary], int32 [rows] */
  logits!: usize;
  targets!: usize;
  /** Result: log sum exp of each row, [rows]. */
  logSums!: usize;
  /** Scratch: the loss of each row, [rows]. */
  losses!: usize;
  /** Result: their mean, one float. */
  loss!: usize;
}

@unmanaged
export class CrossEntropyBackwardArguments {
  rows!: i32;
  vocabulary!: i32;
  /** As in forward. */
  logits!: usize;
  targets!: usize;
  logSums!: usize;
  /** dloss, one float. */
  dy!: usize;
  /** Result: [rows, vocabulary]. */
  slope!: usize;
}

export function crossEntropyForward(args: CrossEntropyForwardArguments): void {
  const size = args.vocabulary;
  const table = constants();
  const end = shareEnd(args.rows, 1);
  for (let row = shareBegin(args.rows, 1); row < end; row++) {
    const at = (row * 4) as usize;
    const logits = args.logits + (row as usize) * ((size * 4) as usize);
    let largest = f32x4.splat(-Infinity);
    for (let k = 0; k < size; k += 4) {
      largest = f32x4.max(largest, Simd.loadPart(logits + ((k * 4) as usize), size - k, -Infinity));
    }
    const top = Simd.max(largest);
    const shift = f32x4.splat(top);
    let sums = f32x4.splat(0);
    const whole = size & ~3;
    for (let k = 0; k < whole; k += 4) {
      sums = f32x4.add(sums, Simd.exp(f32x4.sub(v128.load(logits + ((k * 4) as usize)), shift), table));
    }
    if (whole < size) {
      const last = Simd.exp(
        f32x4.sub(Simd.loadPart(logits + ((whole * 4) as usize), size - whole, -Infinity), shift),
        table,
      );
      // e^x stops short of zero at its lower bound: the filler lanes must not count.
      sums = f32x4.add(sums, v128.and(last, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(size - whole))));
    }
    const logSum = (top as f64) + NativeMath.log(Simd.sum(sums) as f64);
    store<f32>(args.logSums + at, logSum as f32);
    const target = load<i32>(args.targets + at);
    store<f32>(args.losses + at, (logSum - (load<f32>(logits + ((target * 4) as usize)) as f64)) as f32);
  }
  barrier();
  if (isFirst()) store<f32>(args.loss, meanOf(args.losses, args.rows));
}

function meanOf(x: usize, count: i32): f32 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(x + ((i * 4) as usize)) as f64;
  return (sum / (count as f64)) as f32;
}

export function crossEntropyBackward(args: CrossEntropyBackwardArguments): void {
  const size = args.vocabulary;
  const table = constants();
  const end = shareEnd(args.rows, 1);
  const each = load<f32>(args.dy) / (args.rows as f32);
  const scale = f32x4.splat(each);
  for (let row = shareBegin(args.rows, 1); row < end; row++) {
    const at = (row * 4) as usize;
    const offset = (row as usize) * ((size * 4) as usize);
    const shift = f32x4.splat(load<f32>(args.logSums + at));
    for (let k = 0; k < size; k += 4) {
      const here = offset + ((k * 4) as usize);
      const count = size - k;
      const probability = Simd.exp(f32x4.sub(Simd.loadPart(args.logits + here, count, 0), shift), table);
      Simd.storePart(args.slope + here, f32x4.mul(probability, scale), count);
    }
    const hit = args.slope + offset + ((load<i32>(args.targets + at) * 4) as usize);
    store<f32>(hit, load<f32>(hit) - each);
  }
}
