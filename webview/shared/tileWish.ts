/**
 * Which tile the view lacks: no finer than its pixels can show, with a margin so that a short pan needs nothing new, and
 * never more than 512 x 512 cells.
 */
import type { Tile, Window } from '../../src/shared/engineContract.ts';
import { covers } from './tile.ts';

/** One block less than a tile has, so that it can begin at a whole block. */
const LONGEST = 511;

export interface TileWish {
  readonly window: Window;
  readonly maxCells: number;
}

interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** Null when the tile `held` of a tensor of `shape` has the window as finely as `pixels` (device pixels of a pane) can show it. */
export function tileWish(
  shape: readonly [number, number],
  held: Tile,
  window: Window,
  pixels: Pixels,
): TileWish | null {
  const [rows, cols] = shape;
  // The picture of everything is the overview, which is there from the first answer.
  if (window.rows === rows && window.cols === cols) return null;
  const block = blockFor(window, pixels);
  if (covers(held, window) && held.blockRows <= block && held.blockCols <= block) return null;
  const across = extend(window.col, window.cols, cols, block);
  const down = extend(window.row, window.rows, rows, block);
  const asked = { row: down.from, rows: down.size, col: across.from, cols: across.size };
  return { window: asked, maxCells: Math.ceil(asked.rows / block) * Math.ceil(asked.cols / block) };
}

/** Side of the square blocks: the largest that is still no coarser than a pixel, and with which the window fits a tile. */
function blockFor(window: Window, { width, height }: Pixels): number {
  const sharp = Math.max(1, Math.floor(Math.min(window.rows / height, window.cols / width)));
  return Math.max(sharp, Math.ceil(window.rows / LONGEST), Math.ceil(window.cols / LONGEST));
}

/** As many cells again on each side, as far as the tensor and the tile allow; whole blocks from its start. */
function extend(start: number, size: number, whole: number, block: number): { from: number; size: number } {
  const longest = Math.max(size, Math.min(3 * size, LONGEST * block));
  const margin = Math.floor((longest - size) / 2);
  const from = Math.max(0, Math.floor((start - margin) / block) * block);
  return { from, size: Math.min(whole, from + Math.max(longest, start + size - from)) - from };
}
