/**
 * The breakpoints of a run as a machine that is fed its steps. One is hit when its condition becomes true: it was not true
 * at the step before, or the breakpoint is new. While the condition stays true there is no second hit; once it was false
 * the next crossing counts. A step that does not tell changes nothing.
 */
import type { Breakpoint, BreakpointHit } from '../../shared/breakpoint.ts';
import type { TrainLine } from '../../shared/engineContract.ts';
import { numbersIn, readCondition, type Condition } from '../../shared/breakpointExpression.ts';
import { holds, type Moment } from './evaluate.ts';
import { hitSentence } from './hitSentence.ts';
import { stepNumbers, StepLog, type StepNumbers } from './stepNumbers.ts';

/** Breakpoints hit at one step, and why in one sentence. */
export interface Halt {
  readonly hits: readonly BreakpointHit[];
  readonly why: string;
}

interface Watched {
  readonly breakpoint: Breakpoint;
  readonly condition: Condition;
  /** Whether its condition was true when last known. */
  beyond: boolean;
  hits: number;
}

export class Breakpoints {
  readonly #log = new StepLog();
  #watched: readonly Watched[] = [];

  /** Throws an ExpressionError when a condition cannot be read. */
  constructor(list: readonly Breakpoint[]) {
    this.list = list;
  }

  get list(): readonly Breakpoint[] {
    return this.#watched.map(({ breakpoint }) => breakpoint);
  }

  /**
   * Takes the place of the list so far. One that stays as it was also stays beyond its condition and keeps its hits; one
   * that is new or has just been enabled is hit at once where its condition holds. Throws, and changes nothing, when a
   * condition cannot be read.
   */
  set list(list: readonly Breakpoint[]) {
    this.#watched = list.map((breakpoint) => {
      const { id, when, enabled } = breakpoint;
      const known = this.#watched.find((one) => one.breakpoint.id === id && one.breakpoint.when === when);
      if (!known) return { breakpoint, condition: readCondition(when), beyond: false, hits: 0 };
      return { ...known, breakpoint, beyond: enabled && known.breakpoint.enabled && known.beyond };
    });
  }

  /** Whether any enabled condition names exact zeros of raw weights. */
  get countsZeros(): boolean {
    return this.#watched.some(
      ({ breakpoint, condition }) => breakpoint.enabled && numbersIn(condition).includes('raw_zeros'),
    );
  }

  /** Steps that a run which goes on did before, in their order: medians and the like are of them too. None of them is hit. */
  lookBackOn(lines: readonly TrainLine[]): void {
    for (const line of lines) this.#log.add(stepNumbers(line, null));
  }

  /** After each step; null when the run goes on. */
  stepDone(step: StepNumbers): Halt | null {
    const moment: Moment = { step, log: this.#log };
    const pausing = this.#watched.filter((watched) => this.#isHit(watched, moment) && pauses(watched));
    const halt = {
      hits: pausing.map(({ breakpoint: { id, when }, hits }) => ({ id, when, hits })),
      why: pausing.map(({ condition }) => hitSentence(condition, moment)).join('; '),
    };
    this.#log.add(step);
    return pausing.length === 0 ? null : halt;
  }

  #isHit(watched: Watched, moment: Moment): boolean {
    if (!watched.breakpoint.enabled) return false;
    const now = holds(watched.condition, moment);
    if (now === undefined) return false;
    const hit = now && !watched.beyond;
    watched.beyond = now;
    if (hit) watched.hits++;
    return hit;
  }
}

function pauses({ breakpoint: { fromHit = 1 }, hits }: Watched): boolean {
  return hits >= fromHit;
}
