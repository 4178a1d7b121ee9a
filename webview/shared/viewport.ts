/**
 * The window of cells that all four panes show: pan and zoom as arithmetic. Cells are 12 px until zoomed; zooming keeps
 * the cell under the pointer where it is, and the window never leaves the tensor.
 */
import type { Window } from '../../src/shared/engineContract.ts';

/** `cell` is the wished size of a cell in CSS pixels; 0 shows everything. */
export interface Viewport {
  readonly row: number;
  readonly col: number;
  readonly cell: number;
}

export interface PaneSize {
  /** CSS pixels of the picture, without axes. */
  readonly width: number;
  readonly height: number;
}

type Shape = readonly [number, number];

export const CELL = 12;
/** Below one pixel a cell the picture is one of blocks. */
const sizes = [40, 32, 24, 16, CELL, 8, 6, 4, 3, 2, 1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];

/** The first look at a weight: across the boundary of the first two gates, so that both are seen; else its corner. */
export function openingViewport(shape: Shape, gates: boolean, pane: PaneSize): Viewport {
  const rows = Math.floor(pane.height / CELL);
  const cols = Math.floor(pane.width / CELL);
  const row = gates ? shape[0] / 4 - (rows >> 1) : 0;
  return clampViewport({ row, col: (shape[1] - cols) >> 1, cell: CELL }, shape, pane);
}

/** Cells in view. */
export function windowOf(viewport: Viewport, shape: Shape, pane: PaneSize): Window {
  if (viewport.cell === 0) return { row: 0, rows: shape[0], col: 0, cols: shape[1] };
  const rows = Math.min(shape[0], Math.max(1, Math.floor(pane.height / viewport.cell)));
  const cols = Math.min(shape[1], Math.max(1, Math.floor(pane.width / viewport.cell)));
  return { row: clamp(viewport.row, shape[0] - rows), rows, col: clamp(viewport.col, shape[1] - cols), cols };
}

export function clampViewport(viewport: Viewport, shape: Shape, pane: PaneSize): Viewport {
  const { row, col } = windowOf(viewport, shape, pane);
  return { row, col, cell: viewport.cell };
}

/** Moves by whole cells. */
export function pan(viewport: Viewport, rows: number, cols: number, shape: Shape, pane: PaneSize): Viewport {
  const { row, col } = windowOf(viewport, shape, pane);
  return clampViewport({ row: row + rows, col: col + cols, cell: viewport.cell }, shape, pane);
}

/** One size nearer (`direction` 1) or farther (-1); `at` stays under the same point of the pane. */
export function zoom(
  viewport: Viewport,
  direction: 1 | -1,
  at: { readonly row: number; readonly col: number },
  shape: Shape,
  pane: PaneSize,
): Viewport {
  const useful = sizes.filter((size) => size * shape[0] > pane.height || size * shape[1] > pane.width);
  const ladder = [...useful, 0];
  const held = ladder.indexOf(viewport.cell);
  const index = held >= 0 ? held : viewport.cell === 0 ? ladder.length - 1 : 0;
  const cell = ladder[Math.max(0, Math.min(ladder.length - 1, index - direction))] ?? 0;
  const before = windowOf(viewport, shape, pane);
  const after = windowOf({ ...viewport, cell }, shape, pane);
  const row = at.row - Math.round(((at.row - before.row) / before.rows) * after.rows);
  const col = at.col - Math.round(((at.col - before.col) / before.cols) * after.cols);
  return clampViewport({ row, col, cell }, shape, pane);
}

/** The least move that brings a cell into view. */
export function reveal(
  viewport: Viewport,
  at: { readonly row: number; readonly col: number },
  shape: Shape,
  pane: PaneSize,
): Viewport {
  const seen = windowOf(viewport, shape, pane);
  const row = Math.min(Math.max(seen.row, at.row - seen.rows + 1), at.row);
  const col = Math.min(Math.max(seen.col, at.col - seen.cols + 1), at.col);
  return clampViewport({ row, col, cell: viewport.cell }, shape, pane);
}

function clamp(value: number, highest: number): number {
  return Math.max(0, Math.min(highest, Math.round(value)));
}
