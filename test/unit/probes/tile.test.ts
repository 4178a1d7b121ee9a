import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockSize, clampWindow, tile } from '../../../src/engine/probes/tile.ts';

const counting = (rows: number, cols: number) => ({
  shape: [rows, cols],
  data: Float32Array.from({ length: rows * cols }, (_, i) => i),
});

test('blocks never make more cells than asked for, and stay single cells while those fit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 70_000 }),
      (rows, cols, maxCells) => {
        const { blockRows, blockCols } = blockSize(rows, cols, maxCells);
        const cells = Math.ceil(rows / blockRows) * Math.ceil(cols / blockCols);
        assert.ok(cells <= maxCells, `${rows} x ${cols} in ${blockRows} x ${blockCols} makes ${cells} of ${maxCells}`);
        assert.equal(blockRows === 1 && blockCols === 1, rows * cols <= maxCells);
      },
    ),
  );
});

test('a large recurrent weight fits a heat map without wasting most of it', () => {
  const { blockRows, blockCols } = blockSize(4608, 1152, 65_536);
  const cells = Math.ceil(4608 / blockRows) * Math.ceil(1152 / blockCols);
  assert.ok(cells > 40_000, `${cells} cells`);
});

test('the extreme of a block is its value of largest magnitude with its sign, and NaN outranks everything', () => {
  const tensor = { shape: [2, 4], data: Float32Array.of(1, -5, 2, 3, 4, 0, NaN, 9) };
  const reduced = tile('w', tensor, undefined, 2, 'extreme');
  assert.deepEqual([reduced.blockRows, reduced.blockCols, reduced.reducer], [2, 2, 'extreme']);
  assert.deepEqual([...reduced.data], [-5, NaN]);
});

test('a reduced mask tells the share of kept cells, an exact one the values themselves', () => {
  const mask = { shape: [2, 4], data: Float32Array.of(0, 2, 2, 2, 0, 0, 2, 2) };
  assert.deepEqual([...tile('m', mask, undefined, 2, 'kept').data], [0.25, 1]);
  const exact = tile('m', mask, undefined, 8, 'kept');
  assert.equal(exact.reducer, 'exact');
  assert.deepEqual([...exact.data], [...mask.data]);
});

test('a window shows exactly its part of the tensor', () => {
  const part = tile('w', counting(10, 10), { row: 2, rows: 3, col: 4, cols: 2 }, 100, 'extreme');
  assert.deepEqual([...part.data], [24, 25, 34, 35, 44, 45]);
});

test('a window that leaves the tensor is cut to it', () => {
  assert.deepEqual(clampWindow({ row: 8, rows: 9, col: -3, cols: 2 }, { rows: 10, cols: 10 }), {
    row: 8,
    rows: 2,
    col: 0,
    cols: 2,
  });
  assert.equal(tile('w', counting(3, 3), { row: 99, rows: 9, col: 99, cols: 9 }, 9, 'extreme').data[0], 8);
});

test('a mask over time [B, 1, F] is seen as B x F, one over words [V, 1] as V x 1', () => {
  const locked = { shape: [2, 1, 3], data: new Float32Array(6) };
  assert.deepEqual(tile('m', locked, undefined, 100, 'kept').window, { row: 0, rows: 2, col: 0, cols: 3 });
  const words = { shape: [5, 1], data: new Float32Array(5) };
  assert.deepEqual(tile('m', words, undefined, 100, 'kept').window, { row: 0, rows: 5, col: 0, cols: 1 });
});
