/**
 * Which cells a dropout mask drops: the rule of docs/design.md in plain numbers, for the reference backend and for
 * pictures of masks that nobody trains with.
 */
import { fnv1a } from './fnv1a.ts';
import { philoxWords } from './philox.ts';

/** A cell is dropped when its 16-bit uniform lies below this; p in [0, 1]. */
export function dropThreshold(p: number): number {
  return Math.round(p * 65536);
}

/** Number `index` of a stream of 16-bit uniforms: two to a word, the low half first. */
export function uniform16(words: Uint32Array, index: number): number {
  const word = words[index >> 1]!;
  return index & 1 ? word >>> 16 : word & 0xffff;
}

/** A mask [rows, cols] as the step numbered `step` (from 1) of a run with `seed` draws it at the site of that name. */
export interface DrawnMask {
  readonly name: string;
  readonly cols: number;
  readonly p: number;
  readonly seed: number;
  readonly step: number;
}

/** The first `rows` x `shownCols` cells, row by row: 1 kept, 0 dropped. Bit for bit those that training draws. */
export function maskCorner({ name, cols, p, seed, step }: DrawnMask, rows: number, shownCols: number): Uint8Array {
  const threshold = dropThreshold(p);
  const count = (rows - 1) * cols + shownCols;
  const words = philoxWords((count + 1) >> 1, { seed, site: fnv1a(name), call: step, repeat: 0 });
  const kept = new Uint8Array(rows * shownCols);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < shownCols; col++) {
      kept[row * shownCols + col] = uniform16(words, row * cols + col) < threshold ? 0 : 1;
    }
  }
  return kept;
}
