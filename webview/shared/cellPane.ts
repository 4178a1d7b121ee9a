/**
 * Draws one pane of cells: the picture, its axes, gate boundaries, numbers in large cells and the two boxes; and the
 * strip of the whole tensor with the window in it.
 */
import type { Window } from '../../src/shared/engineContract.ts';
import { drawCells, haloBox, pixelRatio, prepare, verticalLine, write } from './canvas.ts';
import { css, pack } from './colour.ts';
import type { CellPicture } from './heatmap.ts';
import { currentPalette } from './theme.ts';
import type { PaneSize } from './viewport.ts';

/** Height of the column axis above a pane and width of the row axis left of it, CSS pixels. */
export const AXIS = 16;
export const GUTTER = 40;
/** Cells at least so wide hold their number. */
const NUMBERS_FROM = 24;

/** A cell of the whole tensor. */
export interface CellPlace {
  readonly row: number;
  readonly col: number;
}

export interface CellPane {
  readonly picture: CellPicture;
  /** Cells in view, and those of the whole tensor. */
  readonly window: Window;
  readonly shape: readonly [number, number];
  readonly size: PaneSize;
  /** Room left of the pane for its row axis; 0 for none. */
  readonly gutter: number;
  /** Letters of the equal parts of the rows, one a gate; null for rows that are no gates. */
  readonly gates: readonly string[] | null;
  /** What stands in a large cell, "" for nothing. */
  readonly textOf: (row: number, col: number) => string;
  readonly cursor: CellPlace | null;
  readonly pin: CellPlace | null;
}

export function drawCellPane(canvas: HTMLCanvasElement, pane: CellPane): void {
  const { picture, window, size, gutter } = pane;
  const palette = currentPalette();
  const ratio = pixelRatio();
  const pen = prepare(canvas, gutter + size.width, AXIS + size.height);
  const cellWidth = size.width / window.cols;
  const cellHeight = size.height / window.rows;
  const inks = { dot: pack(palette.dot), hatch: pack(palette.muted), ratio };
  drawCells(pen, gutter, AXIS, size.width, size.height, picture, inks);

  const colStep = niceStep(44 / cellWidth);
  for (let col = Math.ceil(window.col / colStep) * colStep; col < window.col + window.cols; col += colStep)
    write(pen, String(col), labelX(pen, col, pane, cellWidth), 8, palette.muted, 'center');
  if (gutter > 0) drawRowAxis(pen, pane, cellHeight);
  if (pane.gates) drawGateBoundaries(pen, pane, pane.gates.length, cellHeight);
  if (cellWidth >= NUMBERS_FROM && cellHeight >= 16) drawNumbers(pen, pane, cellWidth, cellHeight);
  for (const [cell, dashed] of [
    [pane.pin, true],
    [pane.cursor, false],
  ] as const) {
    if (!cell || !inside(window, cell)) continue;
    const x = gutter + (cell.col - window.col) * cellWidth;
    const y = AXIS + (cell.row - window.row) * cellHeight;
    if (!dashed) {
      pen.fillStyle = css(palette.foreground);
      pen.fillRect(Math.round(x + cellWidth / 2) - 1, AXIS - 4, 1, 4);
      if (gutter > 0) pen.fillRect(gutter - 4, Math.round(y + cellHeight / 2) - 1, 4, 1);
    }
    const width = Math.max(4, Math.round(cellWidth));
    const height = Math.max(4, Math.round(cellHeight));
    haloBox(pen, Math.round(x) - 0.5, Math.round(y) - 0.5, width, height, dashed);
  }
}

/** Where the strip of the whole tensor lies on its canvas: beside the gate letters, below the height of an axis. */
export interface CellStrip {
  readonly picture: CellPicture;
  readonly window: Window;
  readonly shape: readonly [number, number];
  readonly gates: readonly string[] | null;
  readonly width: number;
  readonly height: number;
}

export const STRIP_GUTTER = 16;

export function drawCellStrip(canvas: HTMLCanvasElement, strip: CellStrip): void {
  const { picture, window, gates, width, height } = strip;
  const palette = currentPalette();
  const ratio = pixelRatio();
  const pen = prepare(canvas, STRIP_GUTTER + width, AXIS + height);
  const [rows, cols] = strip.shape;
  drawCells(pen, STRIP_GUTTER, AXIS, width, height, picture, { dot: 0, hatch: pack(palette.muted), ratio });
  gates?.forEach((letter, gate) => {
    const part = height / gates.length;
    const top = AXIS + gate * part;
    write(pen, letter, 4, top + part / 2, palette.foreground, 'center');
    verticalLine(pen, STRIP_GUTTER - 4, top + 3, top + part - 3, palette.muted);
    if (gate === 0) return;
    pen.fillStyle = css(palette.background);
    pen.fillRect(STRIP_GUTTER - 4, top - 1, width + 4, 2);
  });
  const x = STRIP_GUTTER + (window.col / cols) * width;
  const y = AXIS + (window.row / rows) * height;
  haloBox(pen, x, y, Math.max(4, (window.cols / cols) * width), Math.max(4, (window.rows / rows) * height));
}

function drawRowAxis(pen: CanvasRenderingContext2D, pane: CellPane, cellHeight: number): void {
  const { window, shape, size, gutter, gates } = pane;
  const palette = currentPalette();
  const step = niceStep(40 / cellHeight);
  for (let row = Math.ceil(window.row / step) * step; row < window.row + window.rows; row += step)
    write(pen, String(row), gutter - 6, AXIS + (row - window.row + 0.5) * cellHeight, palette.muted, 'right');
  if (!gates) return;
  const units = shape[0] / gates.length;
  gates.forEach((letter, gate) => {
    const from = Math.max(0, gate * units - window.row) * cellHeight;
    const to = Math.min(size.height, ((gate + 1) * units - window.row) * cellHeight);
    if (to - from < 8) return;
    // Numbers of four figures need its place.
    if (shape[0] < 1000) verticalLine(pen, 9, AXIS + from + 2, AXIS + to - 4, palette.muted);
    write(pen, letter, 3, AXIS + (from + to) / 2, palette.foreground, 'center');
  });
}

function drawGateBoundaries(pen: CanvasRenderingContext2D, pane: CellPane, count: number, cellHeight: number): void {
  const { window, shape, size, gutter } = pane;
  pen.fillStyle = css(currentPalette().foreground);
  for (let gate = 1; gate < count; gate++) {
    const row = (gate * shape[0]) / count - window.row;
    if (row > 0 && row < window.rows) pen.fillRect(gutter, AXIS + Math.round(row * cellHeight) - 1, size.width - 1, 1);
  }
}

function drawNumbers(pen: CanvasRenderingContext2D, pane: CellPane, cellWidth: number, cellHeight: number): void {
  const { window, gutter, textOf } = pane;
  const { background, foreground } = currentPalette();
  for (let row = window.row; row < window.row + window.rows; row++)
    for (let col = window.col; col < window.col + window.cols; col++) {
      const text = textOf(row, col);
      if (text === '') continue;
      const x = gutter + (col - window.col + 0.5) * cellWidth;
      const y = AXIS + (row - window.row + 0.5) * cellHeight;
      pen.lineWidth = 3;
      pen.strokeStyle = css(background);
      pen.textAlign = 'center';
      pen.strokeText(text, x, y);
      write(pen, text, x, y, foreground, 'center');
    }
}

/** What fits into a cell: ".16", "−.11", "1.25", "−4e−4". */
export function cellNumber(value: number, exponent = false): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '\u2212∞' : '∞';
  const short = exponent || Math.abs(value) < 0.01;
  const text = short ? value.toExponential(0).replace('e+0', '') : value.toFixed(2);
  return text.replaceAll('-', '\u2212').replace('0.', '.');
}

/** The middle of a column, kept far enough from the canvas's edge for its whole number to be read. */
function labelX(pen: CanvasRenderingContext2D, col: number, { window, size, gutter }: CellPane, cellWidth: number) {
  const half = pen.measureText(String(col)).width / 2;
  const middle = gutter + (col - window.col + 0.5) * cellWidth;
  return Math.max(gutter + half, Math.min(gutter + size.width - half, middle));
}

function inside(window: Window, { row, col }: CellPlace): boolean {
  return row >= window.row && col >= window.col && row < window.row + window.rows && col < window.col + window.cols;
}

/** The power of two not below `least`, so that labels are evenly spaced and never touch. */
function niceStep(least: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least)));
}
