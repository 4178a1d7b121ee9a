import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { drawnLength, makeWindows } from '../../../src/engine/training/windows.ts';

const variable = { bptt: 70, variable_bptt: true, seed: 5 };

test('with a constant bptt every step reads as much, the last one what is left', () => {
  const windows = makeWindows({ bptt: 4, variable_bptt: false, seed: 1 }, 10)(3);
  assert.deepEqual(windows, [
    { start: 0, length: 4, rateFactor: 1 },
    { start: 4, length: 4, rateFactor: 1 },
    { start: 8, length: 2, rateFactor: 1 },
  ]);
});

test('H7 a drawn length of at least 5, and the learning rate scaled by it before any cutting at the end', () => {
  const windows = makeWindows(variable, 3_000)(1);
  for (const [index, { length, rateFactor }] of windows.entries()) {
    const drawn = drawnLength(variable, 1, index);
    assert.ok(drawn >= 5);
    assert.equal(rateFactor, drawn / 70);
    assert.equal(length, index < windows.length - 1 ? drawn : Math.min(drawn, length));
  }
  // 35 tokens at lr 30 and bptt 70: 15; the next step's rate does not depend on it.
  assert.equal(30 * (35 / 70), 15);
  assert.ok(windows.at(-1)!.length < windows.at(-1)!.rateFactor * 70);
});

test('windows cover a row without gap or overlap, and depend on seed and epoch alone', () => {
  const sizes = fc.record({ rowLength: fc.integer({ min: 1, max: 2000 }), bptt: fc.integer({ min: 1, max: 90 }) });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 50 }), ({ rowLength, bptt }, epoch) => {
      const config = { bptt, variable_bptt: true, seed: 9 };
      const windows = makeWindows(config, rowLength)(epoch);
      let at = 0;
      for (const { start, length } of windows) {
        assert.equal(start, at);
        assert.ok(length >= 1);
        at += length;
      }
      assert.equal(at, rowLength);
      const other = makeWindows(config, rowLength);
      other(epoch + 1);
      assert.deepEqual(other(epoch), windows);
    }),
  );
});

test('lengths are normal around bptt, a twentieth of them around its half', () => {
  const count = 20_000;
  const lengths = Array.from({ length: count }, (_, index) => drawnLength(variable, 2, index));
  // Between both means, three and a half deviations from each.
  const short = lengths.filter((length) => length < 52.5);
  const band = 4 * Math.sqrt(0.05 * 0.95 * count);
  assert.ok(Math.abs(short.length - 0.05 * count) < band, `${short.length} short ones`);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Cutting to whole numbers takes half a token off the mean.
  assert.ok(Math.abs(mean(short) - 34.5) < 0.7);
  const long = lengths.filter((length) => length >= 52.5);
  assert.ok(Math.abs(mean(long) - 69.5) < 4 * (5 / Math.sqrt(long.length)));
  const spread = Math.sqrt(mean(long.map((length) => (length - mean(long)) ** 2)));
  assert.ok(Math.abs(spread - 5) < 0.15, `deviation ${spread}`);
});
