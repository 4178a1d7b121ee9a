// Job: one value everywhere.
import { Simd } from './simd';
import { shareBegin, shareEnd } from './team';

@unmanaged
export class FillArguments {
  /** Result: [size]. */
  to!: usize;
  size!: i32;
  value!: f32;
}

export function fill(args: FillArguments): void {
  const end = shareEnd(args.size, 16);
  const value = f32x4.splat(args.value);
  for (let k = shareBegin(args.size, 16); k < end; k += 4) {
    Simd.storePart(args.to + ((k * 4) as usize), value, end - k);
  }
}
