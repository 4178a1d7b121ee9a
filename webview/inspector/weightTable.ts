/** The cells in view of a pane as rows of numbers, for the table that stands in for its picture. */
import type { WeightView, Window } from '../../src/shared/engineContract.ts';
import { integer, maskValue, significant, weight } from '../shared/format.ts';
import { blocksOf } from '../shared/tile.ts';
import type { Table } from '../shared/dataTable.ts';
import { valuesAt, type PaneKind } from './weightCells.ts';

const MOST_ROWS = 200;
const MOST_COLUMNS = 64;

/** The mask's name, or that of the parameter when it has none. */
export function weightName(view: WeightView): string {
  return view.mask || view.panes.raw.overview.name;
}

export function tableOfWindow(view: WeightView, kind: PaneKind, window: Window): Table {
  const rows = Math.min(window.rows, MOST_ROWS);
  const cols = Math.min(window.cols, MOST_COLUMNS);
  const write = kind === 'mask' ? maskValue : kind === 'gradient' ? significant : weight;
  const body: string[][] = [];
  for (let row = window.row; row < window.row + rows; row++) {
    const line = [String(row)];
    for (let col = window.col; col < window.col + cols; col++) {
      const cell = valuesAt(view, row, col);
      line.push(cell ? write(cell[kind]) : 'not read');
    }
    body.push(line);
  }
  const cut = rows < window.rows || cols < window.cols ? `, the first ${rows} rows and ${cols} columns in view` : '';
  return {
    title: `${kind} of ${weightName(view)} at step ${integer(view.step)}${cut}`,
    head: ['row', ...Array.from({ length: cols }, (_, index) => String(window.col + index))],
    body,
  };
}

/** The strip of the whole raw weight: the value of largest magnitude in each of its blocks. */
export function tableOfOverview(view: WeightView): Table {
  const { overview } = view.panes.raw;
  const { blockRows, blockCols, data } = overview;
  const held = blocksOf(overview);
  const rows = Math.min(held.rows, MOST_ROWS);
  const cols = Math.min(held.cols, MOST_COLUMNS);
  const place = (at: number, size: number) => (size === 1 ? String(at) : `${at * size}–${(at + 1) * size - 1}`);
  const each = blockRows * blockCols === 1 ? '' : `, max |x| per ${blockRows} × ${blockCols}`;
  const cut = rows < held.rows || cols < held.cols ? `, the first ${rows} rows and ${cols} columns of blocks` : '';
  const picture = `all of raw of ${weightName(view)} at step ${integer(view.step)}${each}`;
  return {
    title: `${picture}${cut}`,
    picture,
    head: ['rows', ...Array.from({ length: cols }, (_, col) => place(col, blockCols))],
    body: Array.from({ length: rows }, (_, row) => [
      place(row, blockRows),
      ...Array.from({ length: cols }, (_, col) => weight(data[row * held.cols + col] ?? NaN)),
    ]),
  };
}
