// Job: rows put one after another from several arrays: what joins and stacks are. Up to sixteen arrays a job, so that the many single
// numbers of a step become one vector in a few of them. Rows are divided over the team.
import { Simd } from './simd';
import { shareBegin, shareEnd } from './team';

@unmanaged
export class JoinArguments {
  rows!: i32;
  /** Of the joined row, in floats, and where in it the first part begins. */
  width!: i32;
  start!: i32;
  /** Result: [rows, width], of which the parts given are written. */
  to!: usize;
  count!: i32;
  /** The first of sixteen pairs: the address of a part, [rows, its width], and that width. */
  part!: usize;
  partWidth!: i32;
}

export function join(args: JoinArguments): void {
  const begin = shareBegin(args.rows, 1);
  const end = shareEnd(args.rows, 1);
  let start = args.start;
  let pair = changetype<usize>(args) + offsetof<JoinArguments>('part');
  for (let part = 0; part < args.count; part++) {
    const from = load<usize>(pair);
    const width = load<i32>(pair, 4);
    for (let row = begin; row < end; row++) {
      const at = from + ((row * width) as usize) * 4;
      const to = args.to + ((row * args.width + start) as usize) * 4;
      for (let k = 0; k < width; k += 4) {
        const skip = (k * 4) as usize;
        Simd.storePart(to + skip, Simd.loadPart(at + skip, width - k, 0), width - k);
      }
    }
    start += width;
    pair += 8;
  }
}
