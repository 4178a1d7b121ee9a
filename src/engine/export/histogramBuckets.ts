/**
 * A distribution of a run (probes/histogramSeries.ts) as TensorBoard's bins: the bins as they were counted, none made or
 * merged, and exact zeros in a narrow bin of their own between them.
 */
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { QUANTILES } from '../probes/floatDistribution.ts';
import type { BinnedValues } from './summaryEvent.ts';

/**
 * Where the bin of zeros ends on both sides: the smallest normal float32, far inside the bins next to it. Smaller values are
 * taken for 0 by some readers, which would leave the bin without a width.
 */
export const ZERO_BIN_END = 2 ** -126;

/** The distribution at the series' `row`-th step; null when it had no finite value, of which no histogram can be drawn. */
export function histogramBuckets(series: HistogramSeries, row: number): BinnedValues | null {
  const { edges, counts, zeros, quantiles } = series;
  const [min, max] = [quantiles[row * QUANTILES.length]!, quantiles[(row + 1) * QUANTILES.length - 1]!];
  if (Number.isNaN(min)) return null;
  const bins = Math.max(0, edges.length - 1);
  const all = withZeros(edges, counts.subarray(row * bins, (row + 1) * bins), zeros[row]!);
  const first = all.findIndex(({ count }) => count > 0);
  const last = all.findLastIndex(({ count }) => count > 0);
  const filled = all.slice(first, last + 1);
  return {
    min,
    max,
    // The outermost bins also counted what lies beyond their edges.
    bucketLimits: filled.map(({ limit }, index) => (index === filled.length - 1 ? Math.max(limit, max) : limit)),
    buckets: filled.map(({ count }) => count),
  };
}

interface Bucket {
  readonly limit: number;
  readonly count: number;
}

/** All bins by their upper limits. There is an edge at 0: the bin of zeros takes its place. */
function withZeros(edges: Float64Array, counts: Uint32Array, zeros: number): Bucket[] {
  const buckets = Array.from(counts, (count, bin): Bucket => ({ limit: edges[bin + 1]!, count }));
  if (zeros === 0) return buckets;
  const zeroBin = { limit: ZERO_BIN_END, count: zeros };
  return [
    ...buckets.filter(({ limit }) => limit < 0),
    ...buckets.filter(({ limit }) => limit === 0).map(({ count }) => ({ limit: -ZERO_BIN_END, count })),
    zeroBin,
    ...buckets.filter(({ limit }) => limit > 0),
  ];
}
