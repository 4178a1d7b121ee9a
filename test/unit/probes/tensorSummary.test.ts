import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { summarize } from '../../../src/engine/probes/tensorSummary.ts';

test('counts, norm and limit of a small tensor', () => {
  const summary = summarize(Float32Array.of(3, -4, 0, 0, NaN, Infinity));
  assert.equal(summary.cells, 6);
  assert.equal(summary.zeros, 2);
  assert.equal(summary.nonFinite, 2);
  assert.equal(summary.norm, 5);
  assert.equal(summary.limit, 4);
});

test('the limit is the 99.5th percentile of magnitude by nearest rank, as sorting finds it', () => {
  fc.assert(
    fc.property(fc.float32Array({ minLength: 1, maxLength: 1000, noNaN: false }), (data) => {
      const finite = data.filter(Number.isFinite).map(Math.abs).sort();
      const expected = finite.length === 0 ? 0 : finite[Math.ceil(finite.length * 0.995) - 1];
      assert.equal(summarize(data).limit, expected);
    }),
  );
});

test('the histogram holds each finite cell once, values outside the limit in the end bins', () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 500 }), (data) => {
      const { histogram, cells, nonFinite } = summarize(data);
      assert.equal(
        histogram.reduce((sum, count) => sum + count, 0),
        cells - nonFinite,
      );
    }),
  );
});

test('zeros that the mask made are holes and not in the histogram; other zeros are', () => {
  const { histogram, zeros } = summarize(Float32Array.of(0, 0, 1, -1), Float32Array.of(0, 2, 2, 2));
  assert.equal(zeros, 2);
  assert.equal(
    histogram.reduce((sum, count) => sum + count, 0),
    3,
  );
});
