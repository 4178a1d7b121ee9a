/**
 * What of a mask is drawn: rows and columns of kept shares, how they are labelled, and each cell in words. The
 * embedding's long column of words is wrapped to fill the width; a locked mask is cut across the axis one walks along.
 */
import type { MaskView } from '../../src/shared/engineContract.ts';
import { integer, maskValue, percent } from '../shared/format.ts';
import { blocksOf, shareTile } from '../shared/tile.ts';
import type { Table } from '../shared/dataTable.ts';
import { volumeOf, type Axis, type Slice, type Volume } from './maskVolume.ts';

export interface MaskCut {
  readonly rows: number;
  readonly cols: number;
  /** Side of a cell in CSS pixels. */
  readonly cell: number;
  readonly shares: Float32Array;
  /** The block it is cut from; null for the embedding. */
  readonly volume: Volume | null;
  /** Where it is cut, in words; "" for the embedding. */
  readonly place: string;
  /** Stands over the picture in place of column numbers; "" when there are those. */
  readonly title: string;
  /** What runs down and across, beside the numbers. */
  readonly axes: string;
  readonly rowLabel: (row: number) => string;
  readonly colLabel: (col: number) => string;
  readonly describe: (row: number, col: number) => string | null;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Walk {
  readonly axis: Axis;
  cut(volume: Volume): { slice: Slice; index: number };
}

/** What a mask alone does not tell: the unit of its vocabulary (word, character) and the number of time steps of the batch. */
interface Of {
  readonly unit: string;
  readonly length: number;
}

/** `walk` says where a locked mask is cut. */
export function cutOf(view: MaskView, size: Size, { unit, length }: Of, walk: Walk): MaskCut {
  return view.site.kind === 'embedding' ? words(view, size, unit) : cutAcross(view, size, length, walk);
}

function words(view: MaskView, { width, height }: Size, unit: string): MaskCut {
  const { tile, site } = view;
  const count = blocksOf(tile).rows;
  let cell = 18;
  while (cell > 1 && columnsOf(width, cell) * Math.floor(height / cell) < count) cell--;
  const cols = Math.max(1, Math.min(count, columnsOf(width, cell)));
  const { data } = shareTile(tile);
  return {
    rows: Math.ceil(count / cols),
    cols,
    cell,
    shares: data,
    volume: null,
    place: '',
    title: `a cell a ${unit}, in the order of the vocabulary`,
    axes: '',
    rowLabel: (row) => integer(tile.window.row + row * cols * tile.blockRows),
    colLabel: () => '',
    describe: (row, col) => {
      const at = row * cols + col;
      const share = data[at];
      if (share === undefined) return null;
      const label = view.rowLabels?.[at];
      const id = integer(tile.window.row + at * tile.blockRows);
      const word = label ? `"${label}" (${unit} ${id})` : `The ${unit} ${id}`;
      const features = site.constantAlong[0]?.size ?? '';
      return `${word}: ${fate(view, share)} at step ${integer(view.step)}, all ${features} of its features.`;
    },
  };
}

/** How many cells stand side by side: round tens where there are many, so that rows begin at round numbers. */
function columnsOf(width: number, cell: number): number {
  const fit = Math.floor(width / cell);
  return fit < 20 ? fit : fit - (fit % 10);
}

function cutAcross(view: MaskView, { width, height }: Size, length: number, walk: Walk): MaskCut {
  const time = view.site.constantAlong.find(({ axis }) => axis === 'time');
  const volume = volumeOf(view, time?.size ?? length);
  const { slice, index } = walk.cut(volume);
  const name = (axis: Axis, at: number) => {
    if (axis === 'time') return `time step ${at + 1}`;
    const place = integer(at * volume.step[axis]);
    return axis === 'batch' ? `batch row ${place}` : `feature ${place}`;
  };
  const number = (axis: Axis, at: number) => integer(axis === 'time' ? at + 1 : at * volume.step[axis]);
  return {
    rows: slice.rows,
    cols: slice.cols,
    cell: Math.max(0.25, Math.min(18, width / slice.cols, height / slice.rows)),
    shares: slice.shares,
    volume,
    place: `cut at ${name(walk.axis, index)}, ${slice.rowAxis} by ${slice.colAxis}`,
    title: '',
    axes: `${slice.rowAxis} ↓   ${slice.colAxis} →`,
    rowLabel: (row) => number(slice.rowAxis, row),
    colLabel: (col) => number(slice.colAxis, col),
    describe: (row, col) => {
      const share = slice.shares[row * slice.cols + col];
      if (share === undefined) return null;
      const at = [name(slice.rowAxis, row), name(slice.colAxis, col), name(walk.axis, index)].join(', ');
      const when = time ? ` It is the same at all ${time.size} time steps.` : '';
      return `${at.charAt(0).toUpperCase()}${at.slice(1)}: ${fate(view, share)} at step ${integer(view.step)}.${when}`;
    },
  };
}

function fate({ tile }: MaskView, share: number): string {
  if (tile.reducer !== 'exact') return `${percent(share)} kept`;
  return share === 0 ? 'dropped' : 'kept';
}

const MOST_ROWS = 500;
const MOST_COLUMNS = 64;

/** The embedding as one row a word with its name, anything else as it is drawn; values are the mask's own. */
export function tableOfCut(view: MaskView, cut: MaskCut): Table {
  const { tile, site } = view;
  const wrapped = cut.volume === null;
  const all = wrapped ? blocksOf(tile).rows : cut.rows;
  const rows = Math.min(MOST_ROWS, all);
  const cols = wrapped ? 1 : Math.min(MOST_COLUMNS, cut.cols);
  const scale = tile.reducer === 'exact' && site.p < 1 ? 1 / (1 - site.p) : 1;
  const value = (row: number, col: number) =>
    maskValue(scale * (cut.shares[row * (wrapped ? 1 : cut.cols) + col] ?? NaN));
  const shortened = rows < all || (!wrapped && cols < cut.cols) ? `, the first ${rows} rows and ${cols} columns` : '';
  return {
    title: `Mask of ${site.name} at step ${integer(view.step)}${cut.place ? `, ${cut.place}` : ''}${shortened}`,
    head: ['row', ...Array.from({ length: cols }, (_, col) => (wrapped ? 'mask' : cut.colLabel(col)))],
    body: Array.from({ length: rows }, (_, row) => [
      wrapped ? (view.rowLabels?.[row] ?? integer(row)) : cut.rowLabel(row),
      ...Array.from({ length: cols }, (_, col) => value(row, col)),
    ]),
  };
}
