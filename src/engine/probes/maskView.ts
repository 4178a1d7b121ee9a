/**
 * The mask of one dropout site at one step, and for the embedding what it means: which words were dropped, and how
 * often the batch has them.
 */
import type { MaskView, RunDescription, SiteDescription, Tile, Window } from '../../shared/engineContract.ts';
import type { RecordedStep, TensorData } from './recordedStep.ts';
import { tile } from './tile.ts';

export interface MaskQuery {
  /** Mask name of docs/contracts.md section 4. */
  readonly name: string;
  readonly window?: Window;
  readonly maxCells: number;
}

/** Dropped words listed at most; a vocabulary of 60,000 drops 1,200 a step, and nobody reads those. */
const MOST_WORDS = 500;

/**
 * The view of a site's mask. A site that drops nothing (p = 0) draws no mask and shows ones. `words` is the
 * vocabulary, index = id. Throws a sentence when the run has no such site.
 */
export function maskView(
  recorded: RecordedStep,
  run: RunDescription,
  words: readonly string[],
  query: MaskQuery,
): MaskView {
  const site = run.sites.find(({ name }) => name === query.name);
  if (!site) {
    const sites = run.sites.map(({ name }) => name).join(', ');
    throw new Error(`this model has no dropout site "${query.name}"; it has ${sites || 'none'}`);
  }
  const mask = recorded.read(`mask/${site.name}`) ?? keepAll(site);
  const reduced = tile(`mask/${site.name}`, mask, query.window, query.maxCells, 'kept');
  const kept = mask.data.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / mask.data.length;
  const view: MaskView = { step: recorded.step, mode: recorded.mode, site, tile: reduced, kept };
  if (site.kind !== 'embedding') return view;
  return {
    ...view,
    droppedWords: droppedWords(mask.data, recorded.input.ids, words),
    rowLabels: rowLabels(reduced, words),
  };
}

function keepAll(site: SiteDescription): TensorData {
  const cells = site.shape.reduce((product, size) => product * size, 1);
  return { shape: site.shape, data: new Float32Array(cells).fill(1) };
}

function droppedWords(
  mask: Float32Array,
  batch: Int32Array,
  words: readonly string[],
): NonNullable<MaskView['droppedWords']> {
  const inBatch = new Uint32Array(mask.length);
  for (const id of batch) inBatch[id]!++;
  const dropped: number[] = [];
  mask.forEach((value, id) => {
    if (value === 0) dropped.push(id);
  });
  return dropped
    .sort((a, b) => inBatch[b]! - inBatch[a]! || a - b)
    .slice(0, MOST_WORDS)
    .map((id) => ({ id, word: words[id] ?? `#${id}`, inBatch: inBatch[id]! }));
}

/** The word of each row of the tile; for a block of rows its first and last. */
function rowLabels({ window, blockRows }: Tile, words: readonly string[]): string[] {
  const labels: string[] = [];
  for (let row = window.row; row < window.row + window.rows; row += blockRows) {
    const last = Math.min(row + blockRows, window.row + window.rows) - 1;
    const first = words[row] ?? `#${row}`;
    labels.push(last === row ? first : `${first} … ${words[last] ?? `#${last}`}`);
  }
  return labels;
}
