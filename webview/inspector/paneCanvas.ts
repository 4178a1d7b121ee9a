/** Draws one of the four panes: cells, axes, gate boundaries and the two boxes; and the strip of the whole weight. */
import type { Tile, WeightView, Window } from '../../src/shared/engineContract.ts';
import { drawCells, haloBox, pixelRatio, prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, pack } from '../shared/colour.ts';
import type { CellPicture } from '../shared/heatmap.ts';
import { currentPalette, type Palette } from '../shared/theme.ts';
import { gateLetters } from './gates.ts';
import type { Cell } from './store.ts';
import type { PaneSize } from './viewport.ts';
import { cellsOf, valuesAt, type PaneKind, type Scales } from './weightCells.ts';

/** Height of the column axis above a pane and width of the row axis left of it, CSS pixels. */
export const AXIS = 16;
export const GUTTER = 40;
/** Cells at least so wide hold their number. */
const NUMBERS_FROM = 24;

export interface PaneDrawing {
  readonly view: WeightView;
  readonly kind: PaneKind;
  readonly window: Window;
  readonly size: PaneSize;
  readonly gutter: number;
  readonly scales: Scales;
  readonly cursor: Cell | null;
  readonly pin: Cell | null;
}

export function drawPane(canvas: HTMLCanvasElement, drawing: PaneDrawing): void {
  const { view, kind, window, size, gutter, scales } = drawing;
  const palette = currentPalette();
  const ratio = pixelRatio();
  const pen = prepare(canvas, gutter + size.width, AXIS + size.height);
  const cellWidth = size.width / window.cols;
  const cellHeight = size.height / window.rows;
  const picture = cellsOf(kind, view, window, size.height * ratio, size.width * ratio, scales, palette);
  const inks = { dot: pack(palette.dot), hatch: pack(palette.muted), ratio };
  drawCells(pen, gutter, AXIS, size.width, size.height, picture, inks);

  const colStep = niceStep(44 / cellWidth);
  for (let col = Math.ceil(window.col / colStep) * colStep; col < window.col + window.cols; col += colStep)
    write(pen, String(col), labelX(pen, col, drawing, cellWidth), 8, palette.muted, 'center');
  if (gutter > 0) drawRowAxis(pen, drawing, cellHeight);
  if (view.gates) drawGateBoundaries(pen, drawing, cellHeight);
  if (cellWidth >= NUMBERS_FROM && cellHeight >= 16) drawNumbers(pen, drawing, cellWidth, cellHeight);
  for (const [cell, dashed] of [
    [drawing.pin, true],
    [drawing.cursor, false],
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

/** Where the strip of the whole weight lies on its canvas: beside the gate letters, below the height of an axis. */
export interface Overview {
  readonly view: WeightView;
  readonly window: Window;
  readonly scales: Scales;
  readonly width: number;
  readonly height: number;
}

export const OVERVIEW_GUTTER = 16;

/** Colours of the strip: they change with the step, not while one pans. */
const strips = new WeakMap<Tile, { readonly key: string; readonly palette: Palette; readonly picture: CellPicture }>();

function stripOf({ view, scales, width, height }: Overview, ratio: number, palette: Palette): CellPicture {
  const { raw, mask } = view.panes;
  const key = [width, height, ratio, scales.raw].join();
  const held = strips.get(raw.overview);
  if (held?.key === key && held.palette === palette) return held.picture;
  const [rows, cols] = view.shape;
  const panes = { ...view.panes, raw: { ...raw, detail: raw.overview }, mask: { ...mask, detail: mask.overview } };
  const whole = { row: 0, rows, col: 0, cols };
  const picture = cellsOf('raw', { ...view, panes }, whole, height * ratio, width * ratio, scales, palette);
  strips.set(raw.overview, { key, palette, picture });
  return picture;
}

export function drawOverview(canvas: HTMLCanvasElement, overview: Overview): void {
  const { view, window, width, height } = overview;
  const palette = currentPalette();
  const ratio = pixelRatio();
  const pen = prepare(canvas, OVERVIEW_GUTTER + width, AXIS + height);
  const [rows, cols] = view.shape;
  const picture = stripOf(overview, ratio, palette);
  drawCells(pen, OVERVIEW_GUTTER, AXIS, width, height, picture, { dot: 0, hatch: pack(palette.muted), ratio });
  for (let gate = 0; view.gates && gate < 4; gate++) {
    const top = AXIS + (gate * height) / 4;
    write(pen, gateLetters[gate] ?? '', 4, top + height / 8, palette.foreground, 'center');
    verticalLine(pen, OVERVIEW_GUTTER - 4, top + 3, top + height / 4 - 3, palette.muted);
    if (gate === 0) continue;
    pen.fillStyle = css(palette.background);
    pen.fillRect(OVERVIEW_GUTTER - 4, top - 1, width + 4, 2);
  }
  const x = OVERVIEW_GUTTER + (window.col / cols) * width;
  const y = AXIS + (window.row / rows) * height;
  haloBox(pen, x, y, Math.max(4, (window.cols / cols) * width), Math.max(4, (window.rows / rows) * height));
}

function drawRowAxis(pen: CanvasRenderingContext2D, { view, window, size, gutter }: PaneDrawing, cellHeight: number) {
  const palette = currentPalette();
  const step = niceStep(40 / cellHeight);
  for (let row = Math.ceil(window.row / step) * step; row < window.row + window.rows; row += step)
    write(pen, String(row), gutter - 6, AXIS + (row - window.row + 0.5) * cellHeight, palette.muted, 'right');
  if (!view.gates) return;
  const units = view.shape[0] / 4;
  for (let gate = 0; gate < 4; gate++) {
    const from = Math.max(0, gate * units - window.row) * cellHeight;
    const to = Math.min(size.height, ((gate + 1) * units - window.row) * cellHeight);
    if (to - from < 8) continue;
    // Numbers of four figures need its place.
    if (view.shape[0] < 1000) verticalLine(pen, 9, AXIS + from + 2, AXIS + to - 4, palette.muted);
    write(pen, gateLetters[gate] ?? '', 3, AXIS + (from + to) / 2, palette.foreground, 'center');
  }
}

function drawGateBoundaries(
  pen: CanvasRenderingContext2D,
  { view, window, size, gutter }: PaneDrawing,
  cellHeight: number,
) {
  pen.fillStyle = css(currentPalette().foreground);
  for (let gate = 1; gate < 4; gate++) {
    const row = (gate * view.shape[0]) / 4 - window.row;
    if (row > 0 && row < window.rows) pen.fillRect(gutter, AXIS + Math.round(row * cellHeight) - 1, size.width - 1, 1);
  }
}

function drawNumbers(pen: CanvasRenderingContext2D, drawing: PaneDrawing, cellWidth: number, cellHeight: number): void {
  const { view, kind, window, gutter } = drawing;
  const { background, foreground } = currentPalette();
  for (let row = window.row; row < window.row + window.rows; row++)
    for (let col = window.col; col < window.col + window.cols; col++) {
      const values = valuesAt(view, row, col);
      if (!values || (kind !== 'raw' && values.mask === 0)) continue;
      const value = kind === 'mask' ? values.mask : values[kind];
      const text = shortNumber(value, kind);
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
function shortNumber(value: number, kind: PaneKind): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '\u2212∞' : '∞';
  const small = Math.abs(value) < 0.01;
  const text = small || kind === 'gradient' ? value.toExponential(0).replace('e+0', '') : value.toFixed(2);
  return text.replaceAll('-', '\u2212').replace('0.', '.');
}

/** The middle of a column, kept far enough from the canvas's edge for its whole number to be read. */
function labelX(pen: CanvasRenderingContext2D, col: number, { window, size, gutter }: PaneDrawing, cellWidth: number) {
  const half = pen.measureText(String(col)).width / 2;
  const middle = gutter + (col - window.col + 0.5) * cellWidth;
  return Math.max(gutter + half, Math.min(gutter + size.width - half, middle));
}

function inside(window: Window, { row, col }: Cell): boolean {
  return row >= window.row && col >= window.col && row < window.row + window.rows && col < window.col + window.cols;
}

/** The power of two not below `least`, so that labels are evenly spaced and never touch. */
function niceStep(least: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(least)));
}
