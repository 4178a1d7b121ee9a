/**
 * RUN/recorded/histograms.json: the distributions of a run's tensors over time, so that past runs show them. Some MB at
 * most, however long the run; non-finite numbers are null, as JSON has none.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { storageError } from '../checkpoints/storageError.ts';
import { writeAside } from '../checkpoints/writeAside.ts';

const fileOf = (folder: string): string => path.join(folder, 'recorded', 'histograms.json');

/** Throws a StorageError. */
export async function writeHistograms(folder: string, series: readonly HistogramSeries[]): Promise<void> {
  const file = fileOf(folder);
  await mkdir(path.dirname(file), { recursive: true }).catch((error: unknown) => {
    throw storageError(error, file);
  });
  const text = JSON.stringify(series, (_key, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float32Array, shortest) : value,
  );
  await writeAside(file, [text, '\n']);
}

/** float32 values need nine figures to come back to the bit; edges and counts are exact in as many. */
const shortest = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(9)));

/** None when there are none, or the file was changed: what it holds is only for looking at. */
export async function readHistograms(folder: string): Promise<HistogramSeries[]> {
  try {
    const series = JSON.parse(await readFile(fileOf(folder), 'utf8')) as StoredSeries[];
    return series.map((one) => ({
      name: one.name,
      of: one.of,
      every: one.every,
      steps: Float64Array.from(one.steps),
      edges: Float64Array.from(one.edges, Math.fround),
      counts: Uint32Array.from(one.counts),
      zeros: Uint32Array.from(one.zeros),
      nonFinite: Uint32Array.from(one.nonFinite),
      quantiles: Float32Array.from(one.quantiles, (value) => value ?? NaN),
    }));
  } catch {
    return [];
  }
}

type StoredSeries = Pick<HistogramSeries, 'name' | 'of' | 'every'> &
  Record<'steps' | 'edges' | 'counts' | 'zeros' | 'nonFinite', number[]> & { quantiles: (number | null)[] };
