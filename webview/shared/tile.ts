/**
 * Reading the engine's tiles: the value of one cell, and a window of cells reduced to at most so many rows and columns
 * (a picture has no use for more cells than pixels).
 */
import type { Tile, Window } from '../../src/shared/engineContract.ts';

/** Row-major values of a window; `exact` when each value is one cell. */
export interface Grid {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
  readonly exact: boolean;
}

/** "extreme" keeps the value of largest magnitude, "mean" averages (for masks: the share kept). */
export type Reduction = 'extreme' | 'mean';

/** The value at a cell, or the reduced value of its block; NaN outside the tile's window. */
export function valueAt(tile: Tile, row: number, col: number): number {
  const r = Math.floor((row - tile.window.row) / tile.blockRows);
  const c = Math.floor((col - tile.window.col) / tile.blockCols);
  const { rows, cols } = blocksOf(tile);
  if (r < 0 || c < 0 || r >= rows || c >= cols) return NaN;
  return tile.data[r * cols + c] ?? NaN;
}

/** Whether the tile holds the window, so that it can be drawn without asking again. */
export function covers(tile: Tile, window: Window): boolean {
  const held = tile.window;
  return (
    window.row >= held.row &&
    window.col >= held.col &&
    window.row + window.rows <= held.row + held.rows &&
    window.col + window.cols <= held.col + held.cols
  );
}

/** A window of the tile as a grid of at most `maxRows` x `maxCols` values. Cells outside the tile are NaN. */
export function gridOf(tile: Tile, window: Window, maxRows: number, maxCols: number, how: Reduction): Grid {
  const rows = Math.max(1, Math.min(maxRows, Math.ceil(window.rows / tile.blockRows)));
  const cols = Math.max(1, Math.min(maxCols, Math.ceil(window.cols / tile.blockCols)));
  return sample(tile, window, rows, cols, how);
}

/**
 * The same from two tiles: `fine` where it reaches, `coarse` elsewhere, so that a picture is whole while its fine part is
 * still on the way. `exact` only when every value is one cell.
 */
export function layeredGrid(
  fine: Tile,
  coarse: Tile,
  window: Window,
  maxRows: number,
  maxCols: number,
  how: Reduction,
): Grid {
  if (covers(fine, window)) return gridOf(fine, window, maxRows, maxCols, how);
  const top = gridOf(fine, window, maxRows, maxCols, how);
  const { rows, cols } = top;
  const under = sample(coarse, window, rows, cols, how);
  const held = fine.window;
  const inRows = reaches(window.row, window.rows, rows, held.row, held.rows);
  const inCols = reaches(window.col, window.cols, cols, held.col, held.cols);
  for (let r = 0; r < rows; r++)
    if (inRows[r] === 1)
      for (let c = 0; c < cols; c++) if (inCols[c] === 1) under.values[r * cols + c] = top.values[r * cols + c] ?? NaN;
  return { ...under, exact: false };
}

/** For each of `count` equal parts of an axis: 1 when all of it lies in the held range. */
function reaches(start: number, length: number, count: number, held: number, heldLength: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, part) => {
    const from = start + (part * length) / count;
    return from >= held && from + length / count <= held + heldLength ? 1 : 0;
  });
}

function sample(tile: Tile, window: Window, rows: number, cols: number, how: Reduction): Grid {
  const held = blocksOf(tile);
  const rowEdges = edges(window.row - tile.window.row, window.rows, rows, tile.blockRows, held.rows);
  const colEdges = edges(window.col - tile.window.col, window.cols, cols, tile.blockCols, held.cols);
  const values = new Float32Array(rows * cols);
  const reduce = how === 'mean' ? meanOf : extremeOf;
  for (let r = 0; r < rows; r++) {
    const [top, bottom] = [rowEdges[2 * r] ?? 0, rowEdges[2 * r + 1] ?? 0];
    for (let c = 0; c < cols; c++) {
      const left = colEdges[2 * c] ?? 0;
      const right = colEdges[2 * c + 1] ?? 0;
      const one = bottom - top === 1 && right - left === 1;
      values[r * cols + c] = one
        ? (tile.data[top * held.cols + left] ?? NaN)
        : reduce(tile.data, held.cols, top, bottom, left, right);
    }
  }
  const exact = tile.blockRows === 1 && tile.blockCols === 1 && rows === window.rows && cols === window.cols;
  return { rows, cols, values, exact };
}

/** Blocks of the tile: rows and columns of its data. */
export function blocksOf(tile: Tile): { rows: number; cols: number } {
  return {
    rows: Math.ceil(tile.window.rows / tile.blockRows),
    cols: Math.ceil(tile.window.cols / tile.blockCols),
  };
}

/**
 * First and past-last block of each of `count` equal parts of [start, start + length) cells: pairs, flattened, within the
 * `held` blocks; a part that lies outside them has none.
 */
function edges(start: number, length: number, count: number, block: number, held: number): Int32Array {
  const pairs = new Int32Array(2 * count);
  for (let part = 0; part < count; part++) {
    const from = Math.floor((start + (part * length) / count) / block);
    const to = Math.ceil((start + ((part + 1) * length) / count) / block);
    const end = Math.max(from + 1, count * block >= length ? from + 1 : to);
    pairs[2 * part] = Math.max(0, Math.min(held, from));
    pairs[2 * part + 1] = Math.max(0, Math.min(held, end));
  }
  return pairs;
}

/** The value of largest magnitude; NaN where there is one, or nothing. */
function extremeOf(
  data: Float32Array,
  stride: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): number {
  if (top >= bottom || left >= right) return NaN;
  let [result, size] = [0, -1];
  for (let row = top; row < bottom; row++)
    for (let at = row * stride + left, end = row * stride + right; at < end; at++) {
      const value = data[at] ?? NaN;
      const magnitude = Math.abs(value);
      if (Number.isNaN(magnitude)) return NaN;
      if (magnitude > size) [result, size] = [value, magnitude];
    }
  return result;
}

function meanOf(data: Float32Array, stride: number, top: number, bottom: number, left: number, right: number): number {
  if (top >= bottom || left >= right) return NaN;
  let sum = 0;
  for (let row = top; row < bottom; row++)
    for (let at = row * stride + left, end = row * stride + right; at < end; at++) sum += data[at] ?? NaN;
  return sum / ((bottom - top) * (right - left));
}

const shares = new WeakMap<Tile, Tile>();

/** A mask's tile with 0 for dropped and 1 for kept; reduced tiles hold the kept share already. */
export function shareTile(tile: Tile): Tile {
  if (tile.reducer !== 'exact') return tile;
  let made = shares.get(tile);
  if (!made) {
    made = { ...tile, data: tile.data.map((value) => (value === 0 ? 0 : 1)) };
    shares.set(tile, made);
  }
  return made;
}
