/**
 * The masks of two runs at one step, laid over each other. Masks are drawn from seed, site and step alone, so both are
 * drawn here again, bit for bit, without any tensor of the runs.
 */
import type { SiteDescription } from '../../src/shared/engineContract.ts';
import { dropThreshold, uniform16 } from '../../src/shared/maskDraw.ts';
import { fnv1a } from '../../src/shared/fnv1a.ts';
import { philoxWords } from '../../src/shared/philox.ts';
import { integer, percent, probability } from '../shared/format.ts';

/** A site of a run, as far as its masks depend on it; null where the run has no site of that name. */
export interface MaskSource {
  readonly site: SiteDescription | null;
  readonly seed: number;
}

/** What became of a cell in both runs: bit 0 kept in A, bit 1 kept in B. */
export const fates = { neither: 0, onlyA: 1, onlyB: 2, both: 3 } as const;
export type Fate = keyof typeof fates;

export interface MaskPair {
  readonly step: number;
  readonly rows: number;
  readonly cols: number;
  /** Whether both were drawn from the same uniforms: then the cells dropped at the smaller p are dropped at the larger. */
  readonly sameUniforms: boolean;
  /** One of {@link fates} a cell, row by row. */
  readonly cells: Uint8Array;
  readonly counts: Readonly<Record<Fate, number>>;
}

/** Both masks over each other, or why they cannot be laid over each other, as a sentence. */
export function pairMasks(name: string, step: number, a: MaskSource, b: MaskSource): MaskPair | string {
  const missing = [a.site ? '' : 'A', b.site ? '' : 'B'].filter((run) => run !== '');
  if (!a.site || !b.site) return `${missing.join(' and ')} ${missing.length > 1 ? 'have' : 'has'} no site ${name}.`;
  const [one, other] = [a.site.shape, b.site.shape];
  if (one.join() !== other.join())
    return `The masks have other shapes, ${one.join(' × ')} in A and ${other.join(' × ')} in B, so no cell of one stands for a cell of the other.`;
  const rows = one[0] ?? 1;
  const cols = one.at(-1) ?? 1;
  const uniformsA = uniforms(name, step, a.seed, rows * cols);
  const uniformsB = a.seed === b.seed ? uniformsA : uniforms(name, step, b.seed, rows * cols);
  const [below, belowB] = [dropThreshold(a.site.p), dropThreshold(b.site.p)];
  const cells = new Uint8Array(rows * cols);
  const tally = [0, 0, 0, 0];
  for (let cell = 0; cell < cells.length; cell++) {
    const fate = (uniform16(uniformsA, cell) < below ? 0 : 1) | (uniform16(uniformsB, cell) < belowB ? 0 : 2);
    cells[cell] = fate;
    tally[fate] = (tally[fate] ?? 0) + 1;
  }
  const [neither = 0, onlyA = 0, onlyB = 0, both = 0] = tally;
  return { step, rows, cols, sameUniforms: a.seed === b.seed, cells, counts: { neither, onlyA, onlyB, both } };
}

function uniforms(name: string, step: number, seed: number, count: number): Uint32Array {
  return philoxWords((count + 1) >> 1, { seed, site: fnv1a(name), call: step, repeat: 0 });
}

/** What the counts show: nested masks where the uniforms are the same, chance where they are not. */
export function relationInWords(pair: MaskPair, a: MaskSource, b: MaskSource): string {
  const { neither, onlyA, onlyB, both } = pair.counts;
  const [pA, pB] = [a.site?.p ?? NaN, b.site?.p ?? NaN];
  if (!pair.sameUniforms) {
    const cells = pair.cells.length;
    const expected = (1 - pA) * (1 - pB);
    return `Seeds ${a.seed} and ${b.seed} differ, so these are two independent draws: kept in both ${percent(both / cells)}, by chance alone ${percent(expected)}.`;
  }
  if (onlyA === 0 && onlyB === 0) return `The masks are the same, cell for cell: ${integer(neither)} dropped in both.`;
  // Counted, not assumed.
  if (onlyB === 0) return nested(pA, 'A', pB, 'B', neither, onlyA);
  if (onlyA === 0) return nested(pB, 'B', pA, 'A', neither, onlyB);
  return `From the same uniforms, and yet neither mask holds the other: ${integer(onlyA)} cells only in A, ${integer(onlyB)} only in B.`;
}

function nested(small: number, run: string, large: number, other: string, dropped: number, more: number): string {
  if (dropped === 0) return `${run} drops nothing at ${probability(small)}; ${other} drops ${integer(more)} cells.`;
  return `Every cell dropped at ${probability(small)} (${run}) is dropped at ${probability(large)} (${other}) too: ${integer(dropped)} of ${integer(dropped)}, and ${integer(more)} more.`;
}
