/** The numbers of a training step that conditions can name, and those of the steps before it. */
import { breakpointNumbers, type NumberName } from '../../shared/breakpointNumbers.ts';
import type { TrainLine } from '../../shared/engineContract.ts';
import type { RawZeros } from './rawZeros.ts';

export interface StepNumbers {
  /** A number that this step does not have is absent, which is not the same as one that is not finite. */
  readonly values: Readonly<Partial<Record<NumberName, number>>>;
  /** Whose the largest ratio and share are. */
  readonly names: Readonly<Partial<Record<NumberName, string>>>;
}

/** How far back a look goes at most, to find 64 values of a number that few steps have. */
export const MOST_STEPS = 1024;

/** The names of a line's own numbers. */
const OWN = (Object.keys(breakpointNumbers) as NumberName[]).filter(
  (name): name is Exclude<NumberName, 'update_ratio' | 'raw_zeros'> => name !== 'update_ratio' && name !== 'raw_zeros',
);

/** From a step's line; `zeros` when they were counted at this step. Done at every step: no more than it takes. */
export function stepNumbers(line: TrainLine, zeros: RawZeros | null): StepNumbers {
  const values: Partial<Record<NumberName, number>> = {};
  const names: Partial<Record<NumberName, string>> = {};
  for (const name of OWN) values[name] = line[name];
  for (const name in line.params) {
    const { u } = line.params[name]!;
    if (values.update_ratio !== undefined && u <= values.update_ratio) continue;
    values.update_ratio = u;
    names.update_ratio = name;
  }
  if (zeros) {
    values.raw_zeros = zeros.share;
    names.raw_zeros = zeros.name;
  }
  return { values, names };
}

/** What conditions look back at. */
export class StepLog {
  readonly #steps: StepNumbers[] = [];

  add(step: StepNumbers): void {
    this.#steps.push(step);
    if (this.#steps.length >= 2 * MOST_STEPS) this.#steps.splice(0, this.#steps.length - MOST_STEPS);
  }

  /** The step that many before; undefined where none is kept. */
  before(steps: number): StepNumbers | undefined {
    return steps <= MOST_STEPS ? this.#steps[this.#steps.length - steps] : undefined;
  }
}
