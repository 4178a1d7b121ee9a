/**
 * Views of weights that remember what took passes over every cell, for the windows that are asked for one after another
 * while somebody pans and zooms: of the steps and weights asked for last.
 */
import type { RunDescription, WeightView } from '../../shared/engineContract.ts';
import type { RecordedStep } from './recordedStep.ts';
import { wholeView, withWindow, type WeightQuery } from './weightView.ts';

/** Two weights that are gone back and forth between, each with and without its neighbour's step. */
const MOST_REMEMBERED = 4;

interface Remembered {
  /** Weakly: a step is as large as its tensors. */
  readonly of: WeakRef<RecordedStep>;
  readonly name: string;
  readonly maxCells: number;
  readonly whole: WeightView;
}

export class WeightViews {
  /** The latest last. */
  #known: readonly Remembered[] = [];

  /** Of the whole weight, or with a window of it as detail. A step's tensors do not change. Throws like wholeView. */
  view(recorded: RecordedStep, run: RunDescription, { window, name, maxCells }: WeightQuery): WeightView {
    // Beside a window any overview will do: whoever asks for one has drawn it already.
    const asked = this.#known.find(
      (known) =>
        known.of.deref() === recorded && known.name === name && (window !== undefined || known.maxCells === maxCells),
    );
    const whole = asked?.whole ?? wholeView(recorded, run, { name, maxCells });
    const latest = asked ?? { of: new WeakRef(recorded), name, maxCells, whole };
    this.#known = [...this.#known.filter((known) => known !== asked), latest].slice(-MOST_REMEMBERED);
    return window ? withWindow(whole, recorded, run, { name, maxCells, window }) : whole;
  }
}
