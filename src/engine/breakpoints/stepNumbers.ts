/** The numbers of a training step that conditions can name, and those of the steps before it. */
import { isNumberName, type NumberName } from '../../shared/breakpointNumbers.ts';
import type { TrainLine } from '../../shared/engineContract.ts';
import type { RawZeros } from './rawZeros.ts';

export interface StepNumbers {
  /** A number that this step does not have is absent, which is not the same as one that is not finite. */
  readonly values: Readonly<Partial<Record<NumberName, number>>>;
  /** Whose the largest ratio and share are. */
  readonly names: Readonly<Partial<Record<NumberName, string>>>;
}

/** How far back a look goes at most, to find 64 values of a number that few steps have. */
const MOST_STEPS = 1024;

/** From a step's line; `zeros` when they were counted at this step. */
export function stepNumbers(line: TrainLine, zeros: RawZeros | null): StepNumbers {
  const own = Object.entries(line).filter(([name, value]) => isNumberName(name) && typeof value === 'number');
  const ratios = Object.entries(line.params ?? {}).map(([name, { u }]) => ({ name, value: u }));
  const ratio = ratios.length === 0 ? null : ratios.reduce((most, one) => (one.value > most.value ? one : most));
  return {
    values: {
      ...(Object.fromEntries(own) as Partial<Record<NumberName, number>>),
      ...(ratio && { update_ratio: ratio.value }),
      ...(zeros && { raw_zeros: zeros.share }),
    },
    names: { ...(ratio && { update_ratio: ratio.name }), ...(zeros && { raw_zeros: zeros.name }) },
  };
}

/** What conditions look back at. */
export class StepLog {
  readonly #steps: StepNumbers[] = [];

  add(step: StepNumbers): void {
    this.#steps.push(step);
    if (this.#steps.length >= 2 * MOST_STEPS) this.#steps.splice(0, this.#steps.length - MOST_STEPS);
  }

  /** Latest first. */
  *latestFirst(): Iterable<StepNumbers> {
    const last = this.#steps.length - 1;
    for (let at = last; at >= 0 && at > last - MOST_STEPS; at--) yield this.#steps[at]!;
  }
}
