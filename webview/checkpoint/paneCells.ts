/** The panes of a tensor, and the colours and values of their cells: raw, and where there is a pair its mask and derived. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import type { Pane, Window } from '../../src/shared/engineContract.ts';
import { keptColours, signedColours } from '../shared/cellColours.ts';
import type { CellPicture } from '../shared/heatmap.ts';
import type { Palette } from '../shared/theme.ts';
import { covers, layeredGrid, shareTile, valueAt } from '../shared/tile.ts';

export type PaneKind = 'raw' | 'mask' | 'derived';

export function kindsOf({ pair }: CheckpointPicture): readonly PaneKind[] {
  return pair ? ['raw', 'mask', 'derived'] : ['raw'];
}

export function paneOf(picture: CheckpointPicture, kind: PaneKind): Pane {
  const { raw, pair } = picture;
  return kind === 'raw' || !pair ? raw : pair[kind];
}

/** Raw and derived share one scale: the 99.5th percentile of |raw|. */
export function limitOf({ raw }: CheckpointPicture): number {
  return raw.summary.limit || 1;
}

/** At most `maxRows` x `maxCols` cells of the window; a cell that was dropped is a hole in mask and derived. */
export function cellsOf(
  picture: CheckpointPicture,
  kind: PaneKind,
  window: Window,
  maxRows: number,
  maxCols: number,
  palette: Palette,
): CellPicture {
  const grid = (pane: Pane) => layeredGrid(pane.detail, pane.overview, window, maxRows, maxCols, 'extreme');
  const { pair } = picture;
  const mask = pair?.mask;
  const kept = mask
    ? layeredGrid(shareTile(mask.detail), shareTile(mask.overview), window, maxRows, maxCols, 'mean')
    : null;
  if (kind === 'mask' && kept) return keptColours(kept, palette);
  const own = grid(paneOf(picture, kind));
  const limit = limitOf(picture);
  const holes = kind === 'derived' && kept?.rows === own.rows && kept.cols === own.cols ? kept.values : null;
  return signedColours(own, (value) => value / limit, palette, holes);
}

/** The value of one cell in a pane; null while only blocks of it are here. */
export function cellValue(picture: CheckpointPicture, kind: PaneKind, row: number, col: number): number | null {
  const { detail } = paneOf(picture, kind);
  if (detail.reducer !== 'exact' || !covers(detail, { row, col, rows: 1, cols: 1 })) return null;
  return valueAt(detail, row, col);
}
