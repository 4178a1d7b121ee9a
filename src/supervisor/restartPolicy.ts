/**
 * How often a process that keeps dying is started again: with growing pauses, and not for ever. Three deaths within
 * five minutes are a fault that another start will not cure; then people are asked.
 */

export interface RestartPolicy {
  /** Restarts allowed within `withinMs`; 0 never restarts. */
  readonly most: number;
  readonly withinMs: number;
  /** Pause before the first restart; it doubles for each death within the window. */
  readonly firstPauseMs: number;
}

export const THREE_IN_FIVE_MINUTES: RestartPolicy = { most: 3, withinMs: 5 * 60_000, firstPauseMs: 500 };
export const NEVER: RestartPolicy = { most: 0, withinMs: 1, firstPauseMs: 0 };

/** Remembers deaths and says what to do after each. Times are milliseconds of any one clock. */
export class RestartCounter {
  readonly #policy: RestartPolicy;
  #restarts: number[] = [];

  constructor(policy: RestartPolicy) {
    this.#policy = policy;
  }

  /** The pause in ms before the next start, or null when the process stays down. */
  died(now: number): number | null {
    this.#restarts = this.#restarts.filter((at) => now - at < this.#policy.withinMs);
    if (this.#restarts.length >= this.#policy.most) return null;
    const pause = this.#policy.firstPauseMs * 2 ** this.#restarts.length;
    this.#restarts.push(now);
    return pause;
  }

  /** Somebody asked for another start: the count begins anew. */
  forgive(): void {
    this.#restarts = [];
  }
}
