/**
 * The breakpoints of a live run: takes what its steps give, counts zeros of raw weights where a condition asks for them, and
 * holds what was hit until the run has come to a point where it can stand still.
 */
import type { Breakpoint } from '../../shared/breakpoint.ts';
import type { RunDescription, TrainLine } from '../../shared/engineContract.ts';
import { beginsSpan } from '../probes/spacedSteps.ts';
import type { Recording } from '../training/trainerRecording.ts';
import type { Breakpoints, Halt } from './breakpoints.ts';
import { countRawZeros, type RawZeros } from './rawZeros.ts';
import { stepNumbers } from './stepNumbers.ts';

/** Zeros are counted at the first recorded step of so many. */
const ZEROS_EVERY = 16;

/** Where recorded steps come from, and what reading them is charged to. */
interface Watch {
  readonly newest: Recording | null;
  beside<T>(work: () => T): T;
}

export class RunBreakpoints {
  readonly #breakpoints: Breakpoints;
  readonly #rawWeights: readonly string[];
  #zerosCountedAt = 0;
  #halt: Halt | null = null;

  constructor(breakpoints: Breakpoints, { sites }: Pick<RunDescription, 'sites'>) {
    this.#breakpoints = breakpoints;
    this.#rawWeights = sites.flatMap(({ raw }) => raw ?? []);
  }

  /** Throws an ExpressionError, and changes nothing, when a condition cannot be read. */
  set list(list: readonly Breakpoint[]) {
    this.#breakpoints.list = list;
  }

  /** Whether raw weights of this step will be read if it is recorded. */
  reads(step: number): boolean {
    return this.#breakpoints.countsZeros && beginsSpan(step, this.#zerosCountedAt, ZEROS_EVERY);
  }

  /** After each step, when it is recorded if it is to be. */
  stepDone(line: TrainLine, watch: Watch): void {
    const { newest } = watch;
    const recorded = newest?.step === line.step && this.reads(line.step) ? newest : null;
    const zeros: RawZeros | null =
      recorded && watch.beside(() => countRawZeros(recorded.inPassing(), this.#rawWeights));
    if (zeros) this.#zerosCountedAt = line.step;
    this.#halt = this.#breakpoints.stepDone(stepNumbers(line, zeros)) ?? this.#halt;
  }

  /** What was hit since this was last asked. */
  takeHalt(): Halt | null {
    const halt = this.#halt;
    this.#halt = null;
    return halt;
  }
}
