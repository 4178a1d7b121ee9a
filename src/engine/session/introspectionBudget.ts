/**
 * Keeps introspection within its share of the training time: over budget, steps are recorded half as often, until it fits;
 * well under it again, twice as often. Every change is said.
 */

/** What the setting dropscope.introspection.budgetPercent is by default. */
export const DEFAULT_BUDGET_PERCENT = 10;

/** A verdict on the cost needs this much to go by: steps, and time in milliseconds. */
const WINDOW_STEPS = 32;
const WINDOW_MS = 2000;
const MOST_EVERY = 64;
/** Half of what half as many recordings would cost, and some room, so that it does not swing to and fro. */
const ROOMY = 0.4;

export class IntrospectionBudget {
  /** Most of the training time that introspection may take. */
  readonly percent: number;
  readonly #share: number;
  readonly #say: (message: string) => void;
  #every = 1;
  #backedOff = '';
  #steps = 0;
  #ms = 0;
  #introspectionMs = 0;

  /** `percent` of the training time, above 0 and at most 100. */
  constructor(percent: number, say: (message: string) => void) {
    this.percent = percent;
    this.#share = percent / 100;
    this.#say = say;
  }

  /** Every how many steps one is recorded. */
  get every(): number {
    return this.#every;
  }

  /** While steps are passed over: why, in a sentence; else "". */
  get backedOff(): string {
    return this.#backedOff;
  }

  /** Whether step `step` is to be recorded; the first always is. */
  takes(step: number): boolean {
    return step === 1 || step % this.#every === 0;
  }

  /** After a step that took `ms`, of which `introspectionMs` were introspection. */
  spent(ms: number, introspectionMs: number): void {
    this.#steps++;
    this.#ms += ms;
    this.#introspectionMs += introspectionMs;
    if (this.#steps < WINDOW_STEPS || this.#ms < WINDOW_MS) return;
    const share = this.#introspectionMs / this.#ms;
    if (share > this.#share && this.#every < MOST_EVERY) this.#change(this.#every * 2, share);
    else if (share < ROOMY * this.#share && this.#every > 1) this.#change(this.#every / 2, share);
    this.#steps = 0;
    this.#ms = 0;
    this.#introspectionMs = 0;
  }

  #change(every: number, share: number): void {
    const over = every > this.#every;
    const budget = `the ${Number(this.percent.toPrecision(3))} % budget`;
    const now = every === 1 ? 'every step is recorded again' : `only every ${ordinal(every)} step is recorded now`;
    const sentence = `introspection ${(100 * share).toFixed(1)} % of time, ${over ? 'over' : 'well under'} ${budget}: ${now}`;
    this.#every = every;
    this.#backedOff = every === 1 ? '' : sentence;
    this.#say(sentence);
  }
}

function ordinal(every: number): string {
  return every % 10 === 2 ? `${every}nd` : `${every}th`;
}
