/**
 * Reduces a window of a tensor to as many cells as a view can draw. Large windows are cut into blocks and each block
 * becomes one number by a reducer that is stated with the tile, so that a legend can say what a cell means.
 */
import type { Tile, Window } from '../../shared/engineContract.ts';
import { matrixShape, type MatrixShape } from './matrixShape.ts';
import type { TensorData } from './recordedStep.ts';

/** "extreme" keeps the value of largest magnitude (NaN outranks all); "kept" the share of cells that are not zero. */
export type BlockReducer = 'extreme' | 'kept';

/**
 * The smallest blocks, as square as the window allows, with which rows x cols need at most maxCells blocks.
 * 1 x 1 when every cell fits.
 */
export function blockSize(rows: number, cols: number, maxCells: number): { blockRows: number; blockCols: number } {
  if (rows * cols <= maxCells) return { blockRows: 1, blockCols: 1 };
  const side = Math.ceil(Math.sqrt((rows * cols) / maxCells));
  // Columns across may not exceed the cells there are, even when all rows fall into one block.
  const blockCols = Math.max(Math.min(side, cols), Math.ceil(cols / maxCells));
  const across = Math.ceil(cols / blockCols);
  const blockRows = Math.ceil(rows / Math.max(1, Math.floor(maxCells / across)));
  return { blockRows, blockCols };
}

/** The part of a window that lies inside the matrix; without a window all of it. */
export function clampWindow(window: Window | undefined, { rows, cols }: MatrixShape): Window {
  if (!window) return { row: 0, rows, col: 0, cols };
  const row = Math.min(Math.max(0, Math.trunc(window.row)), Math.max(0, rows - 1));
  const col = Math.min(Math.max(0, Math.trunc(window.col)), Math.max(0, cols - 1));
  return {
    row,
    rows: Math.min(Math.max(1, Math.trunc(window.rows)), rows - row),
    col,
    cols: Math.min(Math.max(1, Math.trunc(window.cols)), cols - col),
  };
}

/** A tile of `tensor` with at most maxCells cells (at least one). An exact tile holds the values themselves. */
export function tile(
  name: string,
  tensor: TensorData,
  window: Window | undefined,
  maxCells: number,
  reducer: BlockReducer,
): Tile {
  const { cols } = matrixShape(tensor.shape);
  return blocks(name, tensor.shape, window, maxCells, reducer, (exact) => {
    const reduce = exact || reducer === 'extreme' ? extreme(tensor.data) : keptShare(tensor.data);
    return (top, bottom, left, right) => reduce(cols, top, bottom, left, right);
  });
}

/** The tile of a tensor whose cells all are `value`. */
export function tileOfConstant(
  name: string,
  shape: readonly number[],
  window: Window | undefined,
  maxCells: number,
  reducer: BlockReducer,
  value: number,
): Tile {
  return blocks(name, shape, window, maxCells, reducer, (exact) => {
    const reduced = exact || reducer === 'extreme' ? value : Number(value !== 0);
    return () => reduced;
  });
}

type BlockValue = (top: number, bottom: number, left: number, right: number) => number;

function blocks(
  name: string,
  shape: readonly number[],
  window: Window | undefined,
  maxCells: number,
  reducer: BlockReducer,
  valueOf: (exact: boolean) => BlockValue,
): Tile {
  const part = clampWindow(window, matrixShape(shape));
  const { blockRows, blockCols } = blockSize(part.rows, part.cols, Math.max(1, Math.trunc(maxCells)));
  const exact = blockRows === 1 && blockCols === 1;
  const down = Math.ceil(part.rows / blockRows);
  const across = Math.ceil(part.cols / blockCols);
  const data = new Float32Array(down * across);
  const value = valueOf(exact);
  for (let i = 0; i < down; i++) {
    const top = part.row + i * blockRows;
    const bottom = Math.min(top + blockRows, part.row + part.rows);
    for (let j = 0; j < across; j++) {
      const left = part.col + j * blockCols;
      const right = Math.min(left + blockCols, part.col + part.cols);
      data[i * across + j] = value(top, bottom, left, right);
    }
  }
  return {
    name,
    shape,
    window: part,
    blockRows,
    blockCols,
    reducer: exact ? 'exact' : reducer === 'extreme' ? 'extreme' : 'mean',
    data,
  };
}

/** One number for the cells of some rows and columns of a matrix that is `stride` wide. */
type Reduce = (stride: number, top: number, bottom: number, left: number, right: number) => number;

/** By the bits without the sign, which order as magnitudes do, infinities and then NaN above all else. */
function extreme(data: Float32Array): Reduce {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  return (stride, top, bottom, left, right) => {
    let largest = 0;
    let found = -1;
    for (let row = top; row < bottom; row++) {
      for (let at = row * stride + left, end = row * stride + right; at < end; at++) {
        const magnitude = bits[at]! & 0x7fffffff;
        if (magnitude <= largest) continue;
        largest = magnitude;
        found = at;
      }
    }
    return found < 0 ? 0 : data[found]!;
  };
}

function keptShare(data: Float32Array): Reduce {
  return (stride, top, bottom, left, right) => {
    let kept = 0;
    for (let row = top; row < bottom; row++) {
      for (let at = row * stride + left, end = row * stride + right; at < end; at++) {
        if (data[at] !== 0) kept++;
      }
    }
    return kept / ((bottom - top) * (right - left));
  };
}
