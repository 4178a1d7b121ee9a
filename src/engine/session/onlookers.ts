/**
 * Who looks at a run while it trains: whether somebody does and whether they follow it, who waits for the next step, when those
 * who follow may be shown a newer one, and which looks are not charged to the run. What they see is runWatch.ts's.
 */
import { ViewPace } from './viewPace.ts';

/** Views that a page asks for first, without a step; all else it asks of the step it got. */
const FOLLOWING: ReadonlySet<string> = new Set(['weight', 'mask']);
/** Who has not asked for so long and for so many steps follows no more: a page asks four times a second, and is answered between steps. */
const WATCHING_MS = 2000;
const WATCHING_STEPS = 6;
/** How long a first look waits for a step that is taken along: no step ends while a run evaluates. */
const FIRST_LOOK_MS = 1000;
/** The first looks, whose code is cold: about three pictures of a panel with all that is beside them. */
const COLD_LOOKS = 20;
/** Of the budget, what pictures of an open panel may take; the rest is for recording. */
const PICTURES = 0.3;

/** Whether a view that is asked for is one that follows the run. */
export function follows(what: string, { step }: { readonly step?: number }): boolean {
  return step === undefined && FOLLOWING.has(what);
}

export class Onlookers {
  readonly #pace: ViewPace;
  #followedAt = -Infinity;
  #lookedAt = -Infinity;
  /** How long the latest step took. */
  #stepMs = 0;
  /** First looks that wait for the next step. */
  #waiting: (() => void)[] = [];
  #looks = 0;
  #excusedMs = 0;

  /** `budgetPercent` of the training time is all that introspection may take, above 0. */
  constructor(budgetPercent: number) {
    this.#pace = new ViewPace(PICTURES * budgetPercent);
  }

  /** Whether somebody asked for anything lately. */
  get looking(): boolean {
    return this.#isRecent(this.#lookedAt);
  }

  /** Somebody follows the run, and the next question will be about a newer step. */
  get viewIsDue(): boolean {
    return this.#isRecent(this.#followedAt) && this.mayAdvance();
  }

  /** Whether those who follow may be shown a newer step now. */
  mayAdvance(): boolean {
    return this.#pace.mayAdvance(performance.now(), this.#stepMs);
  }

  /** They are shown a newer step from now on. */
  advance(): void {
    this.#pace.advance(performance.now());
  }

  /** Somebody asks for a view that follows the run. */
  followed(): void {
    this.#followedAt = performance.now();
  }

  /** Somebody asks for anything. */
  looked(): void {
    this.#lookedAt = performance.now();
  }

  /** A view took `ms`. The first ones are excused: they would stop recording for long. */
  viewTook(ms: number): void {
    if (++this.#looks <= COLD_LOOKS) this.#excusedMs += ms;
    this.#pace.spent(ms);
  }

  /** Milliseconds that are told but not charged, since this was last asked. */
  takeExcusedMs(): number {
    const ms = this.#excusedMs;
    this.#excusedMs = 0;
    return ms;
  }

  /** A step took `ms`: who waited for it looks now. */
  stepDone(ms: number): void {
    this.#stepMs = ms;
    this.endWaiting();
  }

  /** Resolves after the next step, or when it lets wait for too long. */
  async untilNextStep(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, FIRST_LOOK_MS).unref();
    });
  }

  /** There is nothing to wait for any more. */
  endWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isRecent(asked: number): boolean {
    return performance.now() - asked < Math.max(WATCHING_MS, WATCHING_STEPS * this.#stepMs);
  }
}
