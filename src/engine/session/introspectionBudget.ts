/**
 * Keeps introspection within its share of the training time. It lives on an allowance: every step adds its share, whatever
 * is spent on looking is taken off, and a step is recorded only while something is left. With nobody looking the share is
 * half of the budget. How seldom steps are recorded because of it is said whenever that changes.
 */

/** What the setting dropscope.introspection.budgetPercent is by default. */
export const DEFAULT_BUDGET_PERCENT = 10;

/** Of the budget, what is for recording alone, while no panel asks for anything. */
const UNWATCHED = 0.5;
/**
 * What looking costs in all, for each millisecond of it: the steps after it find cold caches and collect its garbage. Measured
 * in alternated rounds, docs/performance.md.
 */
export const WITH_AFTERMATH = 1.4;
/** What the first step costs is told with the second; code that runs for the first time is charged to nobody. */
const COLD_STEPS = 2;
/** Milliseconds that a run begins with: the first hundred steps of a small model are worth all being kept. */
const START_MS = 100;
/** How long an allowance can be saved up, and how long at most a costly look is paid off, in milliseconds of training. */
const MOST_SAVED_MS = 1000;
const MOST_OWED_MS = 30_000;
/** What is said needs this much to go by: steps, and time in milliseconds. */
const WINDOW_STEPS = 32;
const WINDOW_MS = 2000;

export class IntrospectionBudget {
  /** Most of the training time that introspection may take. */
  readonly percent: number;
  readonly #say: (message: string) => void;
  #allowance = START_MS;
  #steps = 0;
  #every = 1;
  #backedOff = '';
  /** Since the last verdict. */
  #window = { steps: 0, recorded: 0, ms: 0 };

  /** `percent` of the training time, above 0 and at most 100. */
  constructor(percent: number, say: (message: string) => void) {
    this.percent = percent;
    this.#say = say;
  }

  /** About every how many steps one is recorded: a power of two. */
  get every(): number {
    return this.#every;
  }

  /** While steps are passed over: why, in a sentence; else "". */
  get backedOff(): string {
    return this.#backedOff;
  }

  /** Whether something is left of the allowance. */
  get affordable(): boolean {
    return this.#allowance >= 0;
  }

  /** Whether step `step` is to be recorded; the first always is. */
  takes(step: number): boolean {
    const taken = step === 1 || this.affordable;
    if (taken) this.#window.recorded++;
    return taken;
  }

  /** After a step that took `ms`, of which `introspectionMs` were introspection; `watched`: while somebody looked. */
  spent(ms: number, introspectionMs: number, watched: boolean): void {
    const share = (this.percent / 100) * (watched ? 1 : UNWATCHED);
    const charged = ++this.#steps <= COLD_STEPS ? 0 : WITH_AFTERMATH * introspectionMs;
    const allowance = this.#allowance + share * ms - charged;
    this.#allowance = Math.max(-share * MOST_OWED_MS, Math.min(Math.max(START_MS, share * MOST_SAVED_MS), allowance));
    this.#window.steps++;
    this.#window.ms += ms;
    if (this.#window.steps >= WINDOW_STEPS && this.#window.ms >= WINDOW_MS) this.#judge(100 * share, watched);
  }

  #judge(percent: number, watched: boolean): void {
    const { steps, recorded } = this.#window;
    this.#window = { steps: 0, recorded: 0, ms: 0 };
    const every = 2 ** Math.round(Math.log2(steps / Math.max(1, recorded)));
    if (every === this.#every) return;
    this.#every = every;
    const limit = `introspection keeps to ${Number(percent.toPrecision(3))} % of time${watched ? '' : ' while nobody looks'}`;
    this.#backedOff = every === 1 ? '' : `${limit}: about every ${ordinal(every)} step is recorded now`;
    this.#say(this.#backedOff || `${limit}: every step is recorded again`);
  }
}

function ordinal(every: number): string {
  return every % 10 === 2 ? `${every}nd` : `${every}th`;
}
