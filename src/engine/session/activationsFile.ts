/** RUN/recorded/activations.json: what a run's LSTM layers gave out over time. Some ten kB, however long the run. */
import type { ActivationSeries, LayerActivations } from '../../shared/stepContract.ts';
import { readRecordedJson, writeRecordedJson } from './recordedJson.ts';

const NAME = 'activations';

/** Throws a StorageError. */
export function writeActivations(folder: string, series: ActivationSeries): Promise<void> {
  return writeRecordedJson(folder, NAME, series);
}

/** Null when there is none (an earlier version kept none), or the file was changed. */
export function readActivations(folder: string): Promise<ActivationSeries | null> {
  return readRecordedJson(folder, NAME, (content) => seriesOf(content as StoredSeries), null);
}

type StoredLayer = Record<keyof LayerActivations, (number | null)[]>;
type StoredSeries = Pick<ActivationSeries, 'every' | 'counted' | 'positions'> & {
  steps: number[];
  layers: StoredLayer[];
};

function seriesOf({ every, counted, positions, steps, layers }: StoredSeries): ActivationSeries {
  const numbers = (values: (number | null)[]): Float32Array => Float32Array.from(values, (value) => value ?? NaN);
  return {
    every,
    counted,
    positions,
    steps: Float64Array.from(steps),
    layers: layers.map(({ mean, deviation, saturation }) => ({
      mean: numbers(mean),
      deviation: numbers(deviation),
      saturation: numbers(saturation),
    })),
  };
}
