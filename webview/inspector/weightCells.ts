/**
 * What a weight's panes are made of: for each pane the colours of the cells in view. A cell the mask dropped is a hole
 * in mask, derived and gradient, at the same place; raw has none.
 */
import type { Tile, WeightView, Window } from '../../src/shared/engineContract.ts';
import { keptColours, signedColours } from '../shared/cellColours.ts';
import { HATCHED, type CellPicture } from '../shared/heatmap.ts';
import type { Palette } from '../shared/theme.ts';
import { covers, layeredGrid, shareTile, valueAt, type Grid } from '../shared/tile.ts';

export type PaneKind = 'raw' | 'mask' | 'derived' | 'gradient';

/** Limits of the colour scales: raw and derived share one, the gradient has its own, taken through a square root. */
export interface Scales {
  readonly raw: number;
  readonly gradient: number;
}

export function scalesOf(view: WeightView): Scales {
  return { raw: view.panes.raw.summary.limit || 1, gradient: view.panes.gradient.summary.limit || 1 };
}

/** Where a value stands on its pane's scale, -1 to 1 (beyond the limits it is clipped). */
export function toneOf(kind: PaneKind, value: number, scales: Scales): number {
  if (kind !== 'gradient') return value / scales.raw;
  return Math.sign(value) * Math.sqrt(Math.abs(value) / scales.gradient);
}

/** Colours of the cells of `window`, at most `maxRows` x `maxCols` of them (device pixels of the pane). */
export function cellsOf(
  kind: PaneKind,
  view: WeightView,
  window: Window,
  maxRows: number,
  maxCols: number,
  scales: Scales,
  palette: Palette,
): CellPicture {
  const kept = keptGrid(view, window, maxRows, maxCols);
  if (kind === 'mask') {
    if (view.mode === 'train') return keptColours(kept, palette);
    return { rows: kept.rows, cols: kept.cols, colours: new Uint32Array(kept.values.length).fill(HATCHED) };
  }
  const { detail, overview } = view.panes[kind];
  const grid = layeredGrid(detail, overview, window, maxRows, maxCols, 'extreme');
  const sameGrid = grid.rows === kept.rows && grid.cols === kept.cols;
  const holes = kind !== 'raw' && view.mode === 'train' && sameGrid ? kept.values : null;
  return signedColours(grid, (value) => toneOf(kind, value, scales), palette, holes);
}

let lastKept: { readonly key: string; readonly detail: Tile; readonly grid: Grid } | null = null;

/** Kept shares of the window: all four panes need them in every frame. */
function keptGrid({ panes }: WeightView, window: Window, maxRows: number, maxCols: number): Grid {
  const { detail, overview } = panes.mask;
  const key = [window.row, window.rows, window.col, window.cols, maxRows, maxCols].join();
  if (lastKept?.key === key && lastKept.detail === detail) return lastKept.grid;
  const grid = layeredGrid(shareTile(detail), shareTile(overview), window, maxRows, maxCols, 'mean');
  lastKept = { key, detail, grid };
  return grid;
}

/** The four values of one cell, all of the view's step; null when the exact cells are not here (yet). */
export interface CellValues {
  readonly row: number;
  readonly col: number;
  readonly raw: number;
  readonly mask: number;
  readonly derived: number;
  readonly gradient: number;
}

export function valuesAt(view: WeightView, row: number, col: number): CellValues | null {
  const { raw, mask, derived, gradient } = view.panes;
  const exact = [raw, mask, derived, gradient].every(
    ({ detail }) => detail.reducer === 'exact' && covers(detail, { row, col, rows: 1, cols: 1 }),
  );
  if (!exact) return null;
  return {
    row,
    col,
    raw: valueAt(raw.detail, row, col),
    mask: valueAt(mask.detail, row, col),
    derived: valueAt(derived.detail, row, col),
    gradient: valueAt(gradient.detail, row, col),
  };
}

/**
 * The two cells that are worked out before anyone points: in view, a dropped one with a large raw weight and a kept one
 * whose weight and gradient are both large. Null where there is none.
 */
export function exampleCells(
  view: WeightView,
  window: Window,
): { dropped: CellValues | null; kept: CellValues | null } {
  let dropped: CellValues | null = null;
  let kept: CellValues | null = null;
  const [firstRow, lastRow] = middle(window.row, window.rows, window.rows > 12 ? 2 : 0);
  const [firstCol, lastCol] = middle(window.col, window.cols, window.cols > 8 ? 2 : 0);
  for (let row = firstRow; row < lastRow; row++)
    for (let col = firstCol; col < lastCol; col++) {
      const cell = valuesAt(view, row, col);
      if (!cell) return { dropped: null, kept: null };
      if (cell.mask === 0) {
        if (!dropped || Math.abs(cell.raw) > Math.abs(dropped.raw)) dropped = cell;
      } else if (!kept || Math.abs(cell.raw * cell.gradient) > Math.abs(kept.raw * kept.gradient)) kept = cell;
    }
  return { dropped, kept };
}

/** Cells in the middle of an axis of the window, few enough to be looked through in every frame. */
function middle(start: number, size: number, margin: number): [number, number] {
  const most = 48;
  const from = start + Math.max(margin, (size - most) >> 1);
  return [from, Math.min(start + size - margin, from + most)];
}
