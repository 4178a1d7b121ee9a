/** Contiguous streams: docs/semantics.md assertions H5 and H6, carried rows, and what does not fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  cutStreams,
  documentOrder,
  epochBatches,
  joinDocuments,
  requireOneBatch,
  validationRows,
} from '../../../src/engine/text/batches.ts';

const alphabet = Int32Array.from({ length: 26 }, (_, i) => i);
const matrix = (data: Int32Array, rows: number) =>
  Array.from({ length: rows }, (_, r) => [...data.subarray((r * data.length) / rows, ((r + 1) * data.length) / rows)]);

test('H5: 26 tokens in 4 rows begin at 0, 6, 12, 18; the target is one further', () => {
  const streams = cutStreams(alphabet, 4);
  assert.equal(streams.rowLength, 6);
  const { input, target, length } = streams.read(0, 2);
  assert.equal(length, 2);
  assert.deepEqual(matrix(input, 4), [
    [0, 1],
    [6, 7],
    [12, 13],
    [18, 19],
  ]);
  assert.deepEqual(matrix(target, 4), [
    [1, 2],
    [7, 8],
    [13, 14],
    [19, 20],
  ]);
});

test('H6: 26 tokens, 4 rows, length 4 give batches of 4 and 2', () => {
  const batches = [...epochBatches(cutStreams(alphabet, 4), 4)];
  assert.deepEqual(
    batches.map(({ length }) => length),
    [4, 2],
  );
  assert.deepEqual(matrix(batches[1]!.input, 4)[0], [4, 5]);
  assert.deepEqual(matrix(batches[1]!.target, 4)[0], [5, 6]);
  assert.throws(() => cutStreams(alphabet, 4).read(6, 1), RangeError);
});

test('rows go on where they ended, targets follow inputs, nothing is read twice', () => {
  const sizes = fc.record({
    tokens: fc.nat(400),
    rows: fc.integer({ min: 1, max: 20 }),
    bptt: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(sizes, ({ tokens, rows, bptt }) => {
      const streams = cutStreams(
        Int32Array.from({ length: tokens }, (_, i) => i),
        rows,
      );
      const batches = [...epochBatches(streams, bptt)];
      assert.equal(batches.length, Math.ceil(streams.rowLength / bptt));
      const read: number[][] = Array.from({ length: rows }, () => []);
      for (const { input, target, length } of batches) {
        assert.equal(input.length, rows * length);
        input.forEach((id, i) => assert.equal(target[i], id + 1));
        matrix(input, rows).forEach((row, r) => read[r]!.push(...row));
      }
      const usable = Math.floor((tokens - 1) / rows) * rows;
      assert.deepEqual(
        read.flat(),
        Array.from({ length: Math.max(0, usable) }, (_, i) => i),
      );
    }),
  );
});

test('a corpus too short for one batch names the largest that fits', () => {
  assert.throws(
    () => requireOneBatch(500, { bs: 16, bptt: 70 }),
    /500 training tokens and bs 16 x bptt 70 needs 1121; the largest that fits is bptt 31 with bs 16, or bs 7 with bptt 70/,
  );
  assert.throws(() => requireOneBatch(10, { bs: 16, bptt: 70 }), /bptt 9 with bs 1/);
  assert.throws(() => requireOneBatch(1, { bs: 1, bptt: 1 }), /give more text/);
  requireOneBatch(1121, { bs: 16, bptt: 70 });
  for (const fit of [
    { bs: 16, bptt: 31 },
    { bs: 7, bptt: 70 },
  ])
    requireOneBatch(500, fit);
});

test('validation takes fewer rows when the split is short', () => {
  const size = { bs: 16, bptt: 70 };
  assert.deepEqual(
    [0, 1, 2, 71, 500, 100_000].map((n) => validationRows(n, size)),
    [0, 0, 1, 1, 7, 16],
  );
});

test('documents are shuffled by seed and epoch alone', () => {
  const order = documentOrder(50, 7, 0);
  assert.deepEqual(documentOrder(50, 7, 0), order);
  assert.notDeepEqual(documentOrder(50, 7, 1), order);
  assert.notDeepEqual(documentOrder(50, 8, 0), order);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
  const parts = [Int32Array.of(1, 2), Int32Array.of(3), Int32Array.of(4, 5)];
  assert.deepEqual([...joinDocuments(parts)], [1, 2, 3, 4, 5]);
  assert.deepEqual([...joinDocuments(parts, [2, 0, 1])], [4, 5, 1, 2, 3]);
});
