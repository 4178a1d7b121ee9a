// Job: moves values between two arrays along four axes, each with a stride of its own on either side: what slices, joins,
// transposes, reversals, padding and repetition have in common. Rows of the last axis are divided over the team.
import { Axes } from './axes';
import { Simd } from './simd';

@unmanaged
export class CopyArguments {
  from!: usize;
  /** Where the first value is in it, in floats. */
  fromStart!: i32;
  to!: usize;
  toStart!: i32;
  /** Sizes of the axes, the last one runs fastest. */
  size0!: i32;
  size1!: i32;
  size2!: i32;
  size3!: i32;
  /** Strides in floats; 0 repeats, a negative one reverses. */
  from0!: i32;
  from1!: i32;
  from2!: i32;
  from3!: i32;
  to0!: i32;
  to1!: i32;
  to2!: i32;
  to3!: i32;
}

export function copy(args: CopyArguments): void {
  const rows = args.size0 * args.size1 * args.size2;
  const first = Axes.firstColumn(rows, args.size3);
  const count = Axes.endColumn(rows, args.size3) - first;
  const from = args.from + ((args.fromStart + first * args.from3) as usize) * 4;
  const to = args.to + ((args.toStart + first * args.to3) as usize) * 4;
  const end = Axes.endRow(rows);
  for (let row = Axes.firstRow(rows); row < end; row++) {
    const fromRow = Axes.offset(row, args.size1, args.size2, args.from0, args.from1, args.from2);
    const toRow = Axes.offset(row, args.size1, args.size2, args.to0, args.to1, args.to2);
    copyRow(from + (fromRow as usize) * 4, args.from3, to + (toRow as usize) * 4, args.to3, count);
  }
}

function copyRow(from: usize, fromStride: i32, to: usize, toStride: i32, count: i32): void {
  if (toStride === 1 && fromStride === 1) {
    for (let k = 0; k < count; k += 4) {
      Simd.storePart(to, Simd.loadPart(from, count - k, 0), count - k);
      from += 16;
      to += 16;
    }
  } else if (toStride === 1 && fromStride === 0) {
    const value = v128.load32_splat(from);
    for (let k = 0; k < count; k += 4) {
      Simd.storePart(to, value, count - k);
      to += 16;
    }
  } else {
    for (let k = 0; k < count; k++) {
      store<f32>(to, load<f32>(from));
      from += (fromStride as usize) * 4;
      to += (toStride as usize) * 4;
    }
  }
}
