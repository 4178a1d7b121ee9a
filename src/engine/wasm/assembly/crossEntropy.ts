// Jobs: softmax cross-entropy with integer targets. Forward keeps log sum exp of each row, so that backward makes the
// slope in one pass, already multiplied by dloss and 1/rows. Rows are divided over the team.
import { Wide } from './reductions';
import { Simd } from './simd';
import { barrier, constants, isFirst, myScratch, shareBegin, shareEnd } from './team';

@unmanaged
export class CrossEntropyForwardArguments {
  rows!: i32;
  vocabulary!: i32;
  /** [rows, vocabulary], int32 [rows] */
  logits!: usize;
  targets!: usize;
  /** Result: log sum exp of each row, [rows]. */
  logSums!: usize;
  /** Result: the loss of each row, [rows]. */
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
  const end = shareEnd(args.rows, 1);
  for (let row = shareBegin(args.rows, 1); row < end; row++) {
    const at = (row * 4) as usize;
    const logits = args.logits + (row as usize) * ((size * 4) as usize);
    const top = largest(logits, size);
    const sum = sumOfPowers(logits, size, top);
    const logSum = (top as f64) + NativeMath.log(sum as f64);
    store<f32>(args.logSums + at, logSum as f32);
    const target = load<i32>(args.targets + at);
    store<f32>(args.losses + at, (logSum - (load<f32>(logits + ((target * 4) as usize)) as f64)) as f32);
  }
  barrier();
  if (isFirst()) store<f32>(args.loss, meanOf(args.losses, args.rows));
}

/** pmax is one instruction; it passes over NaN, which the sum then meets. */
function largest(x: usize, size: i32): f32 {
  let one = f32x4.splat(-Infinity);
  let other = one;
  let k = 0;
  for (; k + 8 <= size; k += 8) {
    one = f32x4.pmax(one, v128.load(x));
    other = f32x4.pmax(other, v128.load(x, 16));
    x += 32;
  }
  for (; k < size; k += 4) {
    one = f32x4.pmax(one, Simd.loadPart(x, size - k, -Infinity));
    x += 16;
  }
  return Simd.max(f32x4.pmax(one, other));
}

/** Scores whose powers are written down before they are added up. */
const BLOCK: i32 = 512;

/** The sum of e^(x - top). Through memory, because V8 joins vectors to wider ones only where they are stored side by side. */
function sumOfPowers(x: usize, size: i32, top: f32): f32 {
  const shift = f32x4.splat(top);
  const table = constants();
  const powers = myScratch();
  const whole = size & ~7;
  let one = f32x4.splat(0);
  let other = one;
  for (let first = 0; first < whole; first += BLOCK) {
    const bytes = (min(BLOCK, whole - first) * 4) as usize;
    for (let at: usize = 0; at < bytes; at += 32) {
      const low = Simd.exp(f32x4.sub(v128.load(x + at), shift), table);
      const high = Simd.exp(f32x4.sub(v128.load(x + at, 16), shift), table);
      v128.store(powers + at, low);
      v128.store(powers + at, high, 16);
    }
    for (let at: usize = 0; at < bytes; at += 32) {
      one = f32x4.add(one, v128.load(powers + at));
      other = f32x4.add(other, v128.load(powers + at, 16));
    }
    x += bytes;
  }
  for (let k = whole; k < size; k += 4) {
    const last = Simd.exp(f32x4.sub(Simd.loadPart(x, size - k, -Infinity), shift), table);
    // e^x stops short of zero at its lower bound: the filler lanes must not count.
    one = f32x4.add(one, Wide.first(last, size - k));
    x += 16;
  }
  return Simd.sum(f32x4.add(one, other));
}

function meanOf(x: usize, count: i32): f32 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += load<f32>(x + ((i * 4) as usize)) as f64;
  return (sum / (count as f64)) as f32;
}

export function crossEntropyBackward(args: CrossEntropyBackwardArguments): void {
  const size = args.vocabulary;
  const end = shareEnd(args.rows, 1);
  const each = load<f32>(args.dy) / (args.rows as f32);
  const scale = f32x4.splat(each);
  const table = constants();
  for (let row = shareBegin(args.rows, 1); row < end; row++) {
    const at = (row * 4) as usize;
    const offset = (row as usize) * ((size * 4) as usize);
    const shift = f32x4.splat(load<f32>(args.logSums + at));
    const logits = args.logits + offset;
    const slope = args.slope + offset;
    const whole = size & ~7;
    for (let here: usize = 0; here < ((whole * 4) as usize); here += 32) {
      const low = Simd.exp(f32x4.sub(v128.load(logits + here), shift), table);
      const high = Simd.exp(f32x4.sub(v128.load(logits + here, 16), shift), table);
      v128.store(slope + here, f32x4.mul(low, scale));
      v128.store(slope + here, f32x4.mul(high, scale), 16);
    }
    for (let k = whole; k < size; k += 4) {
      const here = (k * 4) as usize;
      const probability = Simd.exp(f32x4.sub(Simd.loadPart(logits + here, size - k, 0), shift), table);
      Simd.storePart(slope + here, f32x4.mul(probability, scale), size - k);
    }
    const hit = slope + ((load<i32>(args.targets + at) * 4) as usize);
    store<f32>(hit, load<f32>(hit) - each);
  }
}
