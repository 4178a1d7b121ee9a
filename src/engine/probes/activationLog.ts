/**
 * What the LSTM layers give out over a run, and how often their gates stand at an end of their range: taken at every
 * other step of the distributions. Bounded as they are: when it is full every other step goes, and from then on half as
 * many are taken. Gates have to be computed anew, so they are counted at some positions of the batch, spread over all.
 */
import type { ActivationSeries, LayerActivations } from '../../shared/stepContract.ts';
import { gateUnits, positionsOf, sharesOf } from './gateUnits.ts';
import { FIRST_EVERY } from './histogramSeries.ts';
import type { RecordedStep } from './recordedStep.ts';
import { beginsSpan, spaced } from './spacedSteps.ts';

/** A multiple of the distributions', whose steps are read anyway: half as often, for about half their cost each time. */
const ACTIVATIONS_EVERY = 2 * FIRST_EVERY;
const MOST_ROWS = 256;
/** Rows and time steps whose gates are counted: some ten thousand gates of each kind in a small model. */
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
  #every = ACTIVATIONS_EVERY;
  #rows: Row[] = [];
  #counted = 0;
  #positions = 0;

  /** `earlier`: what a run that goes on had by `lastStep`. */
  constructor(earlier: ActivationSeries | null = null, lastStep = 0) {
    if (!earlier) return;
    this.#every = earlier.every;
    this.#counted = earlier.counted;
    this.#positions = earlier.positions;
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
    return beginsSpan(step, this.#rows.at(-1)?.step ?? 0, this.#every);
  }

  /** Takes the step when it is wanted and recorded its activations. */
  add(recorded: RecordedStep): void {
    if (!this.takes(recorded.step)) return;
    const layers: LayerFacts[] = [];
    for (let output; (output = recorded.read(`activation/0.rnns.${layers.length}`));) {
      const gates = gateUnits(recorded, layers.length, MOST_POSITIONS);
      const saturation = gates ? sharesOf(gates) : new Float32Array(GATES).fill(NaN);
      layers.push({ ...momentsOf(output.data), saturation });
    }
    if (layers.length === 0) return;
    this.#positions = positionsOf(recorded);
    this.#counted = Math.min(MOST_POSITIONS, this.#positions);
    this.#rows.push({ step: recorded.step, layers });
    if (this.#rows.length <= MOST_ROWS) return;
    this.#every *= 2;
    this.#rows = spaced(this.#rows, this.#every);
  }

  view(): ActivationSeries {
    const rows = this.#rows;
    const layers = rows[0]?.layers ?? [];
    return {
      every: this.#every,
      steps: Float64Array.from(rows, ({ step }) => step),
      counted: this.#counted,
      positions: this.#positions,
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
