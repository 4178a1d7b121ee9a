/** Distributions of every parameter and its gradient over a run: taken at some steps, kept for its life, and read back. */
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { Series } from './histogramSeries.ts';
import type { RecordedStep } from './recordedStep.ts';

export class Histograms {
  readonly #parameters: readonly string[];
  readonly #series = new Map<string, Series>();

  /** `earlier`: what a run that goes on had by `lastStep`. */
  constructor(parameters: readonly string[], earlier: readonly HistogramSeries[] = [], lastStep = 0) {
    this.#parameters = parameters;
    for (const view of earlier) this.#series.set(keyOf(view), Series.from(view, lastStep));
    for (const name of parameters) {
      for (const what of ['weight', 'gradient'] as const) {
        const key = keyOf({ name, of: what });
        if (!this.#series.has(key)) this.#series.set(key, new Series(name, what));
      }
    }
  }

  /** Whether any distribution is. */
  due(step: number): boolean {
    for (const series of this.#series.values()) if (series.takes(step)) return true;
    return false;
  }

  /** Takes the distributions that are due at this step. */
  add(recorded: RecordedStep): void {
    for (const name of this.#parameters) {
      this.#take(recorded, { name, of: 'weight' }, name);
      this.#take(recorded, { name, of: 'gradient' }, `grad/${name}`);
    }
  }

  view(name: string, of: HistogramSeries['of']): HistogramSeries {
    return histogramsOf(this.all(), name, of);
  }

  all(): HistogramSeries[] {
    return Array.from(this.#series.values(), (series) => series.view());
  }

  #take(recorded: RecordedStep, which: Pick<HistogramSeries, 'name' | 'of'>, tensor: string): void {
    const series = this.#series.get(keyOf(which))!;
    if (!series.takes(recorded.step)) return;
    const found = recorded.read(tensor);
    if (found) series.add(recorded.step, found.data);
  }
}

/** One of the series; throws a sentence when there is none of that name. */
export function histogramsOf(
  series: readonly HistogramSeries[],
  name: string,
  of: HistogramSeries['of'],
): HistogramSeries {
  const found = series.find((one) => one.name === name && one.of === of);
  if (found) return found;
  const known = [...new Set(series.map((one) => one.name))];
  throw new Error(
    known.length === 0
      ? `no distributions were kept of this run`
      : `this model has no parameter "${name}" (it has ${known.slice(0, 4).join(', ')}${known.length > 4 ? ', …' : ''})`,
  );
}

const keyOf = ({ name, of }: Pick<HistogramSeries, 'name' | 'of'>): string => `${of} ${name}`;
