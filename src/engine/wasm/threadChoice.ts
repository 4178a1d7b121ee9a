/**
 * Whether a job is better shared by all threads or done alone. Shared work waits for its slowest thread at every barrier: on
 * a machine with other work to do, that can take many times longer than one thread would. So both ways are timed. The
 * numbers that a job computes are the same either way.
 */

/** The first calls also compile; they are not counted. */
const UNTIMED = 2;
/** Sharing has to save at least this part of the time. */
const WORTH = 0.9;
/** After sharing has not paid, this many calls are done alone before it is tried again. */
const ALONE = 30;
/** Weight of the newest time in the running ones. */
const NEW = 0.3;

interface Times {
  calls: number;
  alone: number;
  shared: number;
  /** Calls still to be done alone. */
  left: number;
}

export class ThreadChoice {
  readonly #times = new Map<string, Times>();

  /** Whether to share the next call of this kind. */
  shares(kind: string): boolean {
    const times = this.#of(kind);
    times.calls++;
    // One call alone, early on, to compare with.
    if (times.calls === UNTIMED + 2) return false;
    if (times.left === 0) return true;
    times.left--;
    // A fresh start: the time of sharing is what it is now, not what it was.
    if (times.left === 0) times.shared = 0;
    return false;
  }

  /** How long that call took. */
  took(kind: string, shared: boolean, milliseconds: number): void {
    const times = this.#of(kind);
    if (times.calls <= UNTIMED) return;
    const before = shared ? times.shared : times.alone;
    const now = before === 0 ? milliseconds : before + NEW * (milliseconds - before);
    if (shared) times.shared = now;
    else times.alone = now;
    if (shared && times.alone > 0 && now > WORTH * times.alone) times.left = ALONE;
  }

  #of(kind: string): Times {
    let times = this.#times.get(kind);
    if (!times) {
      times = { calls: 0, alone: 0, shared: 0, left: 0 };
      this.#times.set(kind, times);
    }
    return times;
  }
}
