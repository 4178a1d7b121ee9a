// Jobs: rows of a table by their numbers, and the sum of rows that have the same number. Scaled by a factor for each row
// of the table where there are such factors; a row whose factor is 0 is not looked at.
import { Simd } from './simd';
import { barrier, shareBegin, shareEnd } from './team';

@unmanaged
export class GatherRowsArguments {
  count!: i32;
  width!: i32;
  /** int32 [count], all of them rows of the table. */
  ids!: usize;
  /** [..., width] */
  table!: usize;
  /** A factor for each row of the table, or 0. */
  scales!: usize;
  /** Result: [count, width]. */
  rows!: usize;
}

export function gatherRows(args: GatherRowsArguments): void {
  const rowBytes = (args.width * 4) as usize;
  const end = shareEnd(args.count, 1);
  for (let row = shareBegin(args.count, 1); row < end; row++) {
    const id = load<i32>(args.ids + ((row * 4) as usize));
    const from = args.table + (id as usize) * rowBytes;
    const to = args.rows + (row as usize) * rowBytes;
    const scale = f32x4.splat(scaleOf(args.scales, id));
    for (let k = 0; k < args.width; k += 4) {
      const at = (k * 4) as usize;
      const count = args.width - k;
      Simd.storePart(to + at, f32x4.mul(Simd.loadPart(from + at, count, 0), scale), count);
    }
  }
}

function scaleOf(scales: usize, id: i32): f32 {
  return scales === 0 ? 1 : load<f32>(scales + ((id * 4) as usize));
}

@unmanaged
export class AddRowsArguments {
  count!: i32;
  width!: i32;
  /** int32 [count]; a row whose number is not in the table is left out. */
  ids!: usize;
  /** [count, width] */
  rows!: usize;
  /** As above. */
  scales!: usize;
  /** A number whose rows are left out, or -1. */
  padding!: i32;
  /** Result: [tableRows, width], zeros where no row is added. */
  table!: usize;
  tableRows!: i32;
}

/** Threads take columns, so the order of each sum is that of the rows. */
export function addRows(args: AddRowsArguments): void {
  const width = args.width;
  const cells = args.tableRows * width;
  const first = shareBegin(cells, 16);
  memory.fill(args.table + (first as usize) * 4, 0, ((shareEnd(cells, 16) - first) as usize) * 4);
  barrier();
  const begin = shareBegin(width, 4);
  const end = shareEnd(width, 4);
  const rowBytes = (width * 4) as usize;
  for (let row = 0; row < args.count; row++) {
    const id = load<i32>(args.ids + ((row * 4) as usize));
    if ((id as u32) >= (args.tableRows as u32) || id === args.padding) continue;
    const factor = scaleOf(args.scales, id);
    if (factor === 0) continue;
    const scale = f32x4.splat(factor);
    const from = args.rows + (row as usize) * rowBytes;
    const to = args.table + (id as usize) * rowBytes;
    for (let k = begin; k < end; k += 4) {
      const at = (k * 4) as usize;
      const term = f32x4.mul(Simd.loadPart(from + at, end - k, 0), scale);
      Simd.storePart(to + at, f32x4.add(Simd.loadPart(to + at, end - k, 0), term), end - k);
    }
  }
}
