/**
 * The distribution of one tensor over the run, in bins chosen when it first had a value. Bounded: when it is full, every
 * other step of it goes and from then on half as many are taken.
 */
import type { HistogramSeries } from '../../shared/stepContract.ts';
import { floatDistribution, QUANTILES } from './floatDistribution.ts';
import { beginsSpan, spaced } from './spacedSteps.ts';
import { symmetricLogEdges, widened } from './symmetricLogBins.ts';

/** Of so many steps one is taken at first. */
export const FIRST_EVERY = 16;
const MOST_ROWS = 256;

interface Row {
  readonly step: number;
  counts: Uint32Array;
  readonly zeros: number;
  readonly nonFinite: number;
  readonly quantiles: Float32Array;
}

export class Series {
  readonly name: string;
  readonly of: HistogramSeries['of'];
  #every = FIRST_EVERY;
  #edges: Float64Array = new Float64Array();
  #rows: Row[] = [];

  constructor(name: string, of: HistogramSeries['of']) {
    this.name = name;
    this.of = of;
  }

  /** Whether this step's distribution is wanted. */
  takes(step: number): boolean {
    return beginsSpan(step, this.#rows.at(-1)?.step ?? 0, this.#every);
  }

  add(step: number, data: Float32Array): void {
    const distribution = floatDistribution(data);
    const { largest, zeros, nonFinite, quantiles } = distribution;
    if (largest > 0) this.#fit(largest);
    const counts = this.#edges.length === 0 ? new Uint32Array() : distribution.countIn(this.#edges);
    this.#rows.push({ step, counts, zeros, nonFinite, quantiles });
    if (this.#rows.length > MOST_ROWS) this.#halve();
  }

  view(): HistogramSeries {
    const bins = Math.max(0, this.#edges.length - 1);
    const counts = new Uint32Array(this.#rows.length * bins);
    const quantiles = new Float32Array(this.#rows.length * QUANTILES.length);
    this.#rows.forEach((row, index) => {
      counts.set(row.counts, index * bins);
      quantiles.set(row.quantiles, index * QUANTILES.length);
    });
    return {
      name: this.name,
      of: this.of,
      every: this.#every,
      steps: Float64Array.from(this.#rows, ({ step }) => step),
      edges: this.#edges,
      counts,
      zeros: Uint32Array.from(this.#rows, ({ zeros }) => zeros),
      nonFinite: Uint32Array.from(this.#rows, ({ nonFinite }) => nonFinite),
      quantiles,
    };
  }

  /** A series that goes on from `view`, as far as its steps up to `lastStep`. */
  static from(view: HistogramSeries, lastStep: number): Series {
    const series = new Series(view.name, view.of);
    const bins = Math.max(0, view.edges.length - 1);
    series.#every = view.every;
    series.#edges = view.edges;
    series.#rows = Array.from(view.steps, (step, index) => ({
      step,
      counts: view.counts.slice(index * bins, (index + 1) * bins),
      zeros: view.zeros[index]!,
      nonFinite: view.nonFinite[index]!,
      quantiles: view.quantiles.slice(index * QUANTILES.length, (index + 1) * QUANTILES.length),
    })).filter(({ step }) => step <= lastStep);
    return series;
  }

  /** Edges are chosen once; a value beyond them adds bins outside, empty in all steps before. */
  #fit(largest: number): void {
    const first = this.#edges.length === 0;
    const { edges, added } = first ? { edges: symmetricLogEdges(largest), added: 0 } : widened(this.#edges, largest);
    if (edges === this.#edges) return;
    this.#edges = edges;
    for (const row of this.#rows) {
      const counts = new Uint32Array(edges.length - 1);
      counts.set(row.counts, added);
      row.counts = counts;
    }
  }

  #halve(): void {
    this.#every *= 2;
    this.#rows = spaced(this.#rows, this.#every);
  }
}
