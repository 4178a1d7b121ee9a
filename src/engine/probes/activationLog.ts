/**
 * What the LSTM layers give out over a run, and how often their gates stand at an end of their range: taken at the steps
 * of the distributions. Bounded as they are: when it is full every other step goes, and from then on half as many are
 * taken. Gates have to be computed anew, so only those of the batch's first streams are counted.
 */
import type { ActivationSeries, LayerActivations } from '../../shared/stepContract.ts';
import { gateUnits, sharesOf } from './gateUnits.ts';
import { FIRST_EVERY } from './histogramSeries.ts';
import type { RecordedStep } from './recordedStep.ts';

const MOST_ROWS = 256;
/** Positions of rows and time whose gates are counted: some ten thousand gates of each kind in a small model. */
const MOST_POSITIONS = 128;
const GATES = 4;

interface LayerFacts {
  readonly mean: number;
  readonly deviation: number;
  readonly saturation: ArrayLike<number>;
}

interface Row {
  readonly step: number;
  readonly layers: readonly LayerFacts[];
}

export class ActivationLog {
  #every = FIRST_EVERY;
  #rows: Row[] = [];
  #streams = 0;
  #rowsOfBatch = 0;

  /** `earlier`: what a run that goes on had by `lastStep`. */
  constructor(earlier: ActivationSeries | null = null, lastStep = 0) {
    if (!earlier) return;
    this.#every = earlier.every;
    this.#streams = earlier.streams;
    this.#rowsOfBatch = earlier.rows;
    this.#rows = Array.from(earlier.steps, (step, row) => ({
      step,
      layers: earlier.layers.map(({ mean, deviation, saturation }) => ({
        mean: mean[row]!,
        deviation: deviation[row]!,
        saturation: saturation.subarray(row * GATES, (row + 1) * GATES),
      })),
    })).filter(({ step }) => step <= lastStep);
  }

  /** Whether this step is wanted. */
  takes(step: number): boolean {
    return step === 1 || step % this.#every === 0;
  }

  /** Takes the step when it is wanted and recorded its activations. */
  add(recorded: RecordedStep): void {
    if (!this.takes(recorded.step)) return;
    const { rows, length } = recorded.input;
    const streams = Math.max(1, Math.min(rows, Math.floor(MOST_POSITIONS / Math.max(1, length - 1))));
    const layers: LayerFacts[] = [];
    for (let output; (output = recorded.read(`activation/0.rnns.${layers.length}`));) {
      const gates = gateUnits(recorded, layers.length, streams);
      const saturation = gates ? sharesOf(gates) : new Float32Array(GATES).fill(NaN);
      layers.push({ ...momentsOf(output.data), saturation });
    }
    if (layers.length === 0) return;
    this.#streams = streams;
    this.#rowsOfBatch = rows;
    this.#rows.push({ step: recorded.step, layers });
    if (this.#rows.length <= MOST_ROWS) return;
    this.#every *= 2;
    this.#rows = this.#rows.filter(({ step }) => this.takes(step));
  }

  view(): ActivationSeries {
    const rows = this.#rows;
    const layers = rows[0]?.layers ?? [];
    return {
      every: this.#every,
      steps: Float64Array.from(rows, ({ step }) => step),
      streams: this.#streams,
      rows: this.#rowsOfBatch,
      layers: layers.map((_, layer): LayerActivations => ({
        mean: Float32Array.from(rows, ({ layers }) => layers[layer]!.mean),
        deviation: Float32Array.from(rows, ({ layers }) => layers[layer]!.deviation),
        saturation: Float32Array.from(rows.flatMap(({ layers }) => Array.from(layers[layer]!.saturation))),
      })),
    };
  }
}

/** Mean and population standard deviation, in double precision; NaN when a value is not finite. */
function momentsOf(data: Float32Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += data[at]!;
  const mean = sum / data.length;
  let squares = 0;
  for (let at = 0; at < data.length; at++) squares += (data[at]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / data.length) };
}
