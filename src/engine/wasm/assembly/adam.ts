// Job: one step of Adam with decoupled decay on one parameter, in one pass. Besides the new values it gives the squares
// of the change, summed as in reductions.ts. Formulas: src/engine/kernels/adam/composed.ts.
import { CHUNK, Wide } from './reductions';
import { Simd } from './simd';
import { shareBegin, shareEnd } from './team';

@unmanaged
export class AdamArguments {
  size!: i32;
  /** [size] each */
  parameter!: usize;
  gradient!: usize;
  m!: usize;
  v!: usize;
  newParameter!: usize;
  newM!: usize;
  newV!: usize;
  /** 64-bit sums, one a chunk. */
  sums!: usize;
  /** The gradient is multiplied by this first: the clip. */
  factor!: f32;
  momentum!: f32;
  rest!: f32;
  squareMomentum!: f32;
  squareRest!: f32;
  correction!: f32;
  epsilon!: f32;
  stepSize!: f32;
  keep!: f32;
}

export function adam(args: AdamArguments): void {
  const end = shareEnd(args.size, CHUNK);
  for (let first = shareBegin(args.size, CHUNK); first < end; first += CHUNK) {
    const sum = chunk(args, (first as usize) * 4, min(CHUNK, end - first));
    store<f64>(args.sums + ((first / CHUNK) as usize) * 8, sum);
  }
}

function chunk(args: AdamArguments, offset: usize, size: i32): f64 {
  let sums = f64x2.splat(0);
  const factor = f32x4.splat(args.factor);
  const momentum = f32x4.splat(args.momentum);
  const rest = f32x4.splat(args.rest);
  const squareMomentum = f32x4.splat(args.squareMomentum);
  const squareRest = f32x4.splat(args.squareRest);
  const correction = f32x4.splat(args.correction);
  const epsilon = f32x4.splat(args.epsilon);
  const stepSize = f32x4.splat(args.stepSize);
  const keep = f32x4.splat(args.keep);
  for (let k = 0; k < size; k += 4) {
    const at = offset + ((k * 4) as usize);
    const count = size - k;
    const gradient = f32x4.mul(Simd.loadPart(args.gradient + at, count, 0), factor);
    const m = f32x4.add(f32x4.mul(Simd.loadPart(args.m + at, count, 0), momentum), f32x4.mul(gradient, rest));
    const square = f32x4.mul(f32x4.mul(gradient, gradient), squareRest);
    const v = f32x4.add(f32x4.mul(Simd.loadPart(args.v + at, count, 0), squareMomentum), square);
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(v, correction)), epsilon);
    const before = Simd.loadPart(args.parameter + at, count, 0);
    const after = f32x4.sub(f32x4.mul(before, keep), f32x4.mul(f32x4.div(m, scale), stepSize));
    Simd.storePart(args.newM + at, m, count);
    Simd.storePart(args.newV + at, v, count);
    Simd.storePart(args.newParameter + at, after, count);
    sums = Wide.addSquares(sums, Wide.first(f32x4.sub(after, before), count));
  }
  return Wide.total(sums);
}
