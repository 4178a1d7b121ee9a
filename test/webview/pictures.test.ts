/** Pan, zoom, tiles and heat maps as arithmetic, without a browser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Tile } from '../../src/shared/engineContract.ts';
import { openingViewport, pan, windowOf, zoom, type Viewport } from '../../webview/shared/viewport.ts';
import { divergingTable, pack, tableIndex, type Rgb } from '../../webview/shared/colour.ts';
import { EMPTY, HOLE, paintCells } from '../../webview/shared/heatmap.ts';
import { covers, gridOf, shareTile, valueAt } from '../../webview/shared/tile.ts';

const pane = { width: 192, height: 276 };

test('the window never leaves the tensor, however one pans and zooms', () => {
  const shape = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2000 }));
  const move = fc.tuple(
    fc.integer({ min: -3, max: 3 }),
    fc.integer({ min: -500, max: 500 }),
    fc.integer({ min: -500, max: 500 }),
  );
  fc.assert(
    fc.property(shape, fc.array(move, { maxLength: 12 }), ([rows, cols], moves) => {
      let view: Viewport = openingViewport([rows, cols], rows % 4 === 0, pane);
      for (const [kind, a, b] of moves) {
        if (kind === 0) view = pan(view, a, b, [rows, cols], pane);
        else
          view = zoom(
            view,
            kind > 0 ? 1 : -1,
            { row: Math.abs(a) % rows, col: Math.abs(b) % cols },
            [rows, cols],
            pane,
          );
        const seen = windowOf(view, [rows, cols], pane);
        assert.ok(seen.row >= 0 && seen.col >= 0 && seen.rows >= 1 && seen.cols >= 1);
        assert.ok(seen.row + seen.rows <= rows && seen.col + seen.cols <= cols);
      }
    }),
  );
});

test('zooming out ends with everything, zooming in keeps the cell in view', () => {
  const shape = [512, 128] as const;
  let view = openingViewport(shape, true, pane);
  for (let times = 0; times < 12; times++) view = zoom(view, -1, { row: 130, col: 60 }, shape, pane);
  assert.deepEqual(windowOf(view, shape, pane), { row: 0, rows: 512, col: 0, cols: 128 });
  for (let times = 0; times < 12; times++) view = zoom(view, 1, { row: 130, col: 60 }, shape, pane);
  const seen = windowOf(view, shape, pane);
  assert.ok(seen.row <= 130 && 130 < seen.row + seen.rows && seen.col <= 60 && 60 < seen.col + seen.cols);
});

function tile(data: number[], rows: number, cols: number, change: Partial<Tile> = {}): Tile {
  const window = { row: 0, rows, col: 0, cols };
  const shape = [rows, cols];
  return {
    name: 'x',
    shape,
    window,
    blockRows: 1,
    blockCols: 1,
    reducer: 'exact',
    data: Float32Array.from(data),
    ...change,
  };
}

test('a grid keeps the value of largest magnitude, and averages masks', () => {
  const four = tile([1, -5, 2, 0, 0, 1.25, 0, 1.25], 2, 4);
  const small = { row: 0, rows: 2, col: 0, cols: 4 };
  assert.deepEqual([...gridOf(four, small, 1, 2, 'extreme').values], [-5, 2]);
  assert.deepEqual([...gridOf(shareTile(four), small, 2, 2, 'mean').values], [1, 0.5, 0.5, 0.5]);
  assert.equal(gridOf(four, small, 9, 9, 'extreme').exact, true);
});

test('a tile knows which cells it holds', () => {
  const blocks = tile([1, 2, 3, 4], 4, 4, { blockRows: 2, blockCols: 2, window: { row: 8, rows: 4, col: 0, cols: 4 } });
  assert.equal(valueAt(blocks, 11, 1), 3);
  assert.ok(Number.isNaN(valueAt(blocks, 7, 0)));
  assert.equal(covers(blocks, { row: 8, rows: 4, col: 1, cols: 3 }), true);
  assert.equal(covers(blocks, { row: 6, rows: 4, col: 1, cols: 3 }), false);
});

test('cells are painted where they are, holes as paper with a dot, unknown cells as paper', () => {
  const colours = Uint32Array.from([0xff0000ff, HOLE, EMPTY, 0xff00ff00]);
  const target = new Uint32Array(24 * 24);
  paintCells(target, 24, 24, { rows: 2, cols: 2, colours }, { dot: 0xff888888, hatch: 0xff111111, ratio: 1 });
  const at = (x: number, y: number) => target[y * 24 + x];
  assert.equal(at(3, 3), 0xff0000ff);
  assert.equal(at(11, 3), 0, 'a gap follows each cell');
  assert.equal(at(17, 5), 0xff888888, 'the dot in the middle of the hole');
  assert.equal(at(14, 2), 0, 'the paper round it');
  assert.equal(at(5, 17), 0);
  assert.equal(at(17, 17), 0xff00ff00);
});

test('the diverging scale has grey at zero and is clipped at its ends', () => {
  const anchors: Rgb[] = [
    [9, 0, 0],
    [5, 0, 0],
    [3, 3, 3],
    [0, 0, 5],
    [0, 0, 9],
  ];
  const table = divergingTable(anchors as unknown as Parameters<typeof divergingTable>[0]);
  assert.equal(table[tableIndex(0)], pack([3, 3, 3]));
  assert.equal(table[tableIndex(-40)], pack([9, 0, 0]));
  assert.equal(table[tableIndex(40)], pack([0, 0, 9]));
});

test('a gap follows each cell, also where cells are half a pixel wider than whole ones', () => {
  const cols = 24;
  const width = 14.5 * cols;
  const colours = new Uint32Array(cols).fill(0xff0000ff);
  const target = new Uint32Array(width * 15);
  paintCells(target, width, 15, { rows: 1, cols, colours }, { dot: 0xff888888, hatch: 0xff111111, ratio: 1 });
  const gaps = Array.from(target.subarray(0, width), (pixel, x) => (pixel === 0 ? x : -1)).filter((x) => x >= 0);
  assert.equal(gaps.length, cols, gaps.join());
});
