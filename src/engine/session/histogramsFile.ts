/** RUN/recorded/histograms.json: the distributions of a run's tensors over time. Some MB at most, however long the run. */
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { readRecordedJson, writeRecordedJson } from './recordedJson.ts';

const NAME = 'histograms';

/** Throws a StorageError. */
export function writeHistograms(folder: string, series: readonly HistogramSeries[]): Promise<void> {
  return writeRecordedJson(folder, NAME, series);
}

/** None when there are none, or the file was changed. */
export function readHistograms(folder: string): Promise<HistogramSeries[]> {
  return readRecordedJson(folder, NAME, (content) => (content as StoredSeries[]).map(seriesOf), []);
}

type StoredSeries = Pick<HistogramSeries, 'name' | 'of' | 'every'> &
  Record<'steps' | 'edges' | 'counts' | 'zeros' | 'nonFinite', number[]> & { quantiles: (number | null)[] };

function seriesOf(stored: StoredSeries): HistogramSeries {
  return {
    name: stored.name,
    of: stored.of,
    every: stored.every,
    steps: Float64Array.from(stored.steps),
    edges: Float64Array.from(stored.edges, Math.fround),
    counts: Uint32Array.from(stored.counts),
    zeros: Uint32Array.from(stored.zeros),
    nonFinite: Uint32Array.from(stored.nonFinite),
    quantiles: Float32Array.from(stored.quantiles, (value) => value ?? NaN),
  };
}
