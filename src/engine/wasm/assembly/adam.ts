// Job: one step of Adam with decoupled decay on one parameter, in one pass. Besides the new values it gives the squares
// of the change, summed as in reductions.ts. Formulas: src/engine/kernels/adam/composed.ts.
import { Chunks, Wide } from './reductions';
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
  /** Scratch: 64-bit sums, one a chunk. */
  sums!: usize;
  /** Result: squares of the change, summed; one float. */
  moved!: usize;
  /** One float each. The gradient is multiplied by the first: the clip. */
  factor!: usize;
  momentum!: usize;
  rest!: usize;
  stepSize!: usize;
  correction!: usize;
  keep!: usize;
  squareMomentum!: f32;
  squareRest!: f32;
  epsilon!: f32;
}

export function adam(args: AdamArguments): void {
  const end = shareEnd(args.size, Chunks.SIZE);
  for (let first = shareBegin(args.size, Chunks.SIZE); first < end; first += Chunks.SIZE) {
    Chunks.keep(args.sums, first, chunk(args, (first as usize) * 4, min(Chunks.SIZE, end - first)));
  }
  Chunks.addUp(args.sums, args.size, args.moved);
}

function chunk(args: AdamArguments, offset: usize, size: i32): f64 {
  // Held outside the loop: the compiler cannot know that no result is written over them.
  const parameter = args.parameter + offset;
  const gradient = args.gradient + offset;
  const m = args.m + offset;
  const v = args.v + offset;
  const newParameter = args.newParameter + offset;
  const newM = args.newM + offset;
  const newV = args.newV + offset;
  const factor = v128.load32_splat(args.factor);
  const momentum = v128.load32_splat(args.momentum);
  const rest = v128.load32_splat(args.rest);
  const squareMomentum = f32x4.splat(args.squareMomentum);
  const squareRest = f32x4.splat(args.squareRest);
  const correction = v128.load32_splat(args.correction);
  const epsilon = f32x4.splat(args.epsilon);
  const stepSize = v128.load32_splat(args.stepSize);
  const keep = v128.load32_splat(args.keep);
  let sums = f64x2.splat(0);
  for (let k = 0; k < size; k += 4) {
    const at = (k * 4) as usize;
    const count = size - k;
    const slope = f32x4.mul(Simd.loadPart(gradient + at, count, 0), factor);
    const mean = f32x4.add(f32x4.mul(Simd.loadPart(m + at, count, 0), momentum), f32x4.mul(slope, rest));
    const square = f32x4.mul(f32x4.mul(slope, slope), squareRest);
    const spread = f32x4.add(f32x4.mul(Simd.loadPart(v + at, count, 0), squareMomentum), square);
    const scale = f32x4.add(f32x4.sqrt(f32x4.mul(spread, correction)), epsilon);
    const before = Simd.loadPart(parameter + at, count, 0);
    const after = f32x4.sub(f32x4.mul(before, keep), f32x4.mul(f32x4.div(mean, scale), stepSize));
    Simd.storePart(newM + at, mean, count);
    Simd.storePart(newV + at, spread, count);
    Simd.storePart(newParameter + at, after, count);
    sums = Wide.addSquares(sums, Wide.first(f32x4.sub(after, before), count));
  }
  return Wide.total(sums);
}
