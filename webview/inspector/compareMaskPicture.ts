/**
 * Draws two masks laid over each other: kept in both, kept in one of them only, dropped in both, each with a mark of its
 * own besides its colour, and a legend with the counts over the whole mask.
 */
import { drawCells, haloBox, pixelRatio, prepare, write } from '../shared/canvas.ts';
import { pack } from '../shared/colour.ts';
import { integer, percent } from '../shared/format.ts';
import { EMPTY, HATCHED, HOLE } from '../shared/heatmap.ts';
import { currentPalette } from '../shared/theme.ts';
import { fates, type Fate, type MaskPair } from './comparedMasks.ts';
import { cellAt, GUTTER, MASK_ROWS, type MaskWindow } from './comparedWindow.ts';
import { CELL } from '../shared/viewport.ts';

const AXIS = 16;
const LEGEND_LINE = 18;
/** A legend beside the last column needs so much, else it takes two lines. */
const WIDE_LEGEND = 480;
export const MASK_HEIGHT = AXIS + MASK_ROWS * CELL + 2 * LEGEND_LINE + 6;

/** The cell of the window under a position of the canvas (CSS pixels), or null. */
export function cellUnder(seen: MaskWindow, x: number, y: number): { row: number; col: number } | null {
  const [row, col] = [Math.floor((y - AXIS) / CELL), Math.floor((x - GUTTER) / CELL)];
  return row >= 0 && col >= 0 && row < seen.rows && col < seen.cols ? { row, col } : null;
}

export const fateNames: Readonly<Record<Fate, string>> = {
  both: 'kept in both',
  onlyA: 'kept only in A',
  onlyB: 'kept only in B',
  neither: 'dropped in both',
};

const legendOrder = ['both', 'onlyA', 'onlyB', 'neither'] as const;

export function drawMaskPair(
  canvas: HTMLCanvasElement,
  width: number,
  pair: MaskPair | null,
  seen: MaskWindow | null,
  pointed: { row: number; col: number } | null,
): void {
  const pen = prepare(canvas, width, MASK_HEIGHT);
  if (!pair || !seen) return;
  const palette = currentPalette();
  const inks = { dot: pack(palette.dot), hatch: pack(palette.other), ratio: pixelRatio() };
  const colours = coloursOf();
  const cells = new Uint32Array(seen.rows * seen.cols).fill(EMPTY);
  for (let row = 0; row < seen.rows; row++)
    for (let col = 0; col < seen.cols; col++) {
      const index = cellAt(pair, seen, row, col);
      if (index >= 0) cells[row * seen.cols + col] = colours[pair.cells[index] ?? 0] ?? EMPTY;
    }
  drawCells(
    pen,
    GUTTER,
    AXIS,
    seen.cols * CELL,
    seen.rows * CELL,
    { rows: seen.rows, cols: seen.cols, colours: cells },
    inks,
  );
  for (let col = 0; col < seen.cols; col += 4)
    write(pen, integer(seen.col + col), GUTTER + (col + 0.5) * CELL, AXIS / 2, palette.muted, 'center');
  for (let row = 0; row < seen.rows; row += 3) {
    const first = seen.wrapped > 0 ? row * seen.wrapped : seen.row + row;
    write(pen, integer(first), GUTTER - 6, AXIS + (row + 0.5) * CELL, palette.muted, 'right');
  }
  if (pointed) haloBox(pen, GUTTER + pointed.col * CELL - 0.5, AXIS + pointed.row * CELL - 0.5, CELL, CELL);
  const perLine = width >= WIDE_LEGEND ? 4 : 2;
  legendOrder.forEach((fate, index) => {
    const x = GUTTER + ((index % perLine) * (width - GUTTER)) / perLine;
    const y = AXIS + MASK_ROWS * CELL + 6 + Math.floor(index / perLine) * LEGEND_LINE;
    const one = Uint32Array.of(colours[fates[fate]] ?? EMPTY);
    drawCells(pen, x, y, CELL, CELL, { rows: 1, cols: 1, colours: one }, inks);
    const share = percent(pair.counts[fate] / pair.cells.length);
    write(pen, `${fateNames[fate]} ${share}`, x + CELL + 4, y + 6, palette.muted);
  });
}

/** By fate: a hole, A's colour, hatching in B's colour, the grey of kept cells. */
function coloursOf(): readonly number[] {
  const { kept, train } = currentPalette();
  const colours: number[] = [];
  colours[fates.neither] = HOLE;
  colours[fates.onlyA] = pack(train);
  colours[fates.onlyB] = HATCHED;
  colours[fates.both] = pack(kept);
  return colours;
}
