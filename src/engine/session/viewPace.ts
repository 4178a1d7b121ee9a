/**
 * Which step the views that follow a run are shown. A newer one is shown only when those before have not taken more than
 * their share of the time: a picture that costs more follows less often.
 */
export class ViewPace {
  readonly #share: number;
  #since = -Infinity;
  #spent = 0;

  /** `percent` of the time that showing may take, above 0. */
  constructor(percent: number) {
    this.#share = percent / 100;
  }

  /** How long a step is shown at least, in milliseconds: by what it has cost so far. */
  get pauseMs(): number {
    return this.#spent / this.#share;
  }

  /** Whether a newer step may be shown at `now`, in milliseconds. */
  mayAdvance(now: number): boolean {
    return now >= this.#since + this.pauseMs;
  }

  /** A newer step is shown from `now` on. */
  advance(now: number): void {
    this.#since = now;
    this.#spent = 0;
  }

  /** A view of the step that is shown took `ms`. */
  spent(ms: number): void {
    this.#spent += ms;
  }
}
