/** The cells in view of a pane as rows of numbers, for the table that stands in for its picture. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import type { Window } from '../../src/shared/engineContract.ts';
import type { Table } from '../shared/dataTable.ts';
import { maskValue, weight } from '../shared/format.ts';
import { cellValue, type PaneKind } from './paneCells.ts';

const MOST_ROWS = 200;
const MOST_COLUMNS = 64;

export function tableOfCells(picture: CheckpointPicture, kind: PaneKind, window: Window): Table {
  const rows = Math.min(window.rows, MOST_ROWS);
  const cols = Math.min(window.cols, MOST_COLUMNS);
  const text = (row: number, col: number) => {
    const value = cellValue(picture, kind, row, col);
    return value === null ? 'not read' : kind === 'mask' ? maskValue(value) : weight(value);
  };
  const cut = rows < window.rows || cols < window.cols ? `, the first ${rows} rows and ${cols} columns in view` : '';
  return {
    title: `${titleOf(picture, kind)}${cut}`,
    head: ['row', ...Array.from({ length: cols }, (_, col) => String(window.col + col))],
    body: Array.from({ length: rows }, (_, row) => [
      String(window.row + row),
      ...Array.from({ length: cols }, (__, col) => text(window.row + row, window.col + col)),
    ]),
  };
}

/** "derived / raw of NAME" for the mask: a file holds no masks. */
export function titleOf({ name, pair }: CheckpointPicture, kind: PaneKind): string {
  if (kind === 'mask') return `derived / raw of ${name}`;
  return kind === 'derived' ? (pair?.name ?? name) : name;
}
