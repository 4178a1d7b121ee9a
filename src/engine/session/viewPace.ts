/**
 * Which step the views that follow a run are shown. A newer one is shown only when those before have not taken more than
 * their share of the time: a picture that costs more follows less often. But never so seldom that a run seems to stand
 * still.
 */

/** How long a step is shown at most while newer ones are kept: so many milliseconds, or so many steps where these take longer. */
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_STEPS = 10;
/** The same for the first pictures, which are drawn by cold code and cost many times what those after them do. */
const COLD_PAUSE_MS = 6000;
const COLD_PICTURES = 3;

export class ViewPace {
  readonly #share: number;
  #since = -Infinity;
  #spent = 0;
  #pictures = 0;

  /** `percent` of the time that showing may take, above 0. */
  constructor(percent: number) {
    this.#share = percent / 100;
  }

  /** How long a step is shown at least, in milliseconds: by what it has cost so far. Steps take `stepMs`. */
  pauseMs(stepMs: number): number {
    const longest = this.#pictures <= COLD_PICTURES ? COLD_PAUSE_MS : LONGEST_PAUSE_MS;
    return Math.min(this.#spent / this.#share, Math.max(longest, LONGEST_PAUSE_STEPS * stepMs));
  }

  /** Whether a newer step may be shown at `now`, in milliseconds. Steps take `stepMs`. */
  mayAdvance(now: number, stepMs = 0): boolean {
    return now >= this.#since + this.pauseMs(stepMs);
  }

  /** A newer step is shown from `now` on. */
  advance(now: number): void {
    this.#since = now;
    this.#spent = 0;
    this.#pictures++;
  }

  /** A view of the step that is shown took `ms`. */
  spent(ms: number): void {
    this.#spent += ms;
  }
}
