/** Which cells of two masks laid over each other are in the picture: as many whole ones as fit, wherever the panes stand. */
import { CELL } from '../shared/viewport.ts';
import type { MaskPair } from './comparedMasks.ts';

/** Room for the numbers of rows at the left, CSS pixels. */
export const GUTTER = 40;
/** Most rows of cells in the picture. */
export const MASK_ROWS = 10;

/** Which cell of the mask stands where in the picture. A mask that is one line long is wrapped. */
export interface MaskWindow {
  readonly rows: number;
  readonly cols: number;
  readonly row: number;
  readonly col: number;
  /** Cells in a line of the picture where the mask is wrapped, else 0. */
  readonly wrapped: number;
}

/** As many whole cells as `width` holds; from the corner given, moved so that the picture is full. */
export function maskWindow(pair: MaskPair, width: number, corner: { row: number; col: number }): MaskWindow {
  const fits = Math.max(4, Math.floor((width - GUTTER) / CELL));
  const cells = pair.rows * pair.cols;
  if (pair.rows === 1 || pair.cols === 1) {
    const rows = Math.min(MASK_ROWS, Math.ceil(cells / fits));
    return { rows, cols: Math.min(fits, cells), row: 0, col: 0, wrapped: fits };
  }
  const [rows, cols] = [Math.min(MASK_ROWS, pair.rows), Math.min(fits, pair.cols)];
  const within = (at: number, size: number, shown: number) => Math.max(0, Math.min(at, size - shown));
  return { rows, cols, row: within(corner.row, pair.rows, rows), col: within(corner.col, pair.cols, cols), wrapped: 0 };
}

/** Index into the mask's cells, or -1 beyond its end. */
export function cellAt(pair: MaskPair, seen: MaskWindow, row: number, col: number): number {
  if (seen.wrapped === 0) return (seen.row + row) * pair.cols + seen.col + col;
  const index = row * seen.wrapped + col;
  return index < pair.cells.length ? index : -1;
}
