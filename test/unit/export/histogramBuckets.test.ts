// The run's own bins arrive in TensorBoard as they were counted: nothing merged, moved or lost, zeros apart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { histogramBuckets, ZERO_BIN_END } from '../../../src/engine/export/histogramBuckets.ts';
import { Series } from '../../../src/engine/probes/histogramSeries.ts';
import { histograms } from './measuredRun.ts';

const [weight, gradient] = [histograms[0]!, histograms[1]!];

test('zeros get a narrow bin of their own, and empty bins at both ends go', () => {
  assert.deepEqual(histogramBuckets(weight, 0), {
    min: -0.75,
    max: 0.5,
    bucketLimits: [-ZERO_BIN_END, ZERO_BIN_END, 1],
    buckets: [1, 2, 2],
  });
});

test('without zeros the bins are those of the run; values beyond the last edge move its limit', () => {
  assert.deepEqual(histogramBuckets(weight, 1), {
    min: -1.5,
    max: 5,
    bucketLimits: [-1, 0, 1, 5],
    buckets: [1, 0, 0, 3],
  });
});

test('nothing finite makes no histogram; zeros alone make one bin', () => {
  assert.equal(histogramBuckets(gradient, 0), null);
  assert.deepEqual(histogramBuckets(gradient, 1), { min: 0, max: 0, bucketLimits: [ZERO_BIN_END], buckets: [4] });
});

test('every finite value is counted once, in the bin whose limits it is between', () => {
  const values = fc.array(
    fc.oneof(fc.float(), fc.constantFrom(0, -0, NaN, Infinity, 1, -1, 2 ** -100, 3e38), fc.float({ min: -1, max: 1 })),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(values, (list) => {
      // What is below the smallest normal number is counted beside the zeros and would be drawn among them: left out here.
      const data = Float32Array.from(list, (value) => (Math.abs(value) < ZERO_BIN_END ? 0 : value));
      const series = new Series('w', 'weight');
      series.add(1, data);
      const found = histogramBuckets(series.view(), 0);
      const finite = data.filter(Number.isFinite);
      if (finite.length === 0) return assert.equal(found, null);
      assert.ok(found);
      assert.equal(found.min, Math.min(...finite) + 0);
      assert.equal(found.max, Math.max(...finite) + 0);
      const expected = found.bucketLimits.map((limit, bin) => {
        const low = bin === 0 ? -Infinity : found.bucketLimits[bin - 1]!;
        const last = bin === found.bucketLimits.length - 1;
        return finite.filter((value) => isBetween(value, low, last ? Infinity : limit)).length;
      });
      assert.deepEqual(found.buckets, expected);
    }),
  );
});

/** An edge belongs to the bin further from 0, on both sides; around 0 stands the bin of zeros, or the edge 0 itself. */
function isBetween(value: number, low: number, high: number): boolean {
  if (value === 0) return low < 0 && high > 0;
  return value < 0 ? value > low && value <= high : value >= low && value < high;
}
