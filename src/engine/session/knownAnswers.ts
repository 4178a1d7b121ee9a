/**
 * Views that were given of a recorded step, by what was asked: the same is asked again whenever a page is drawn anew, and a
 * recorded step changes only when something is found out about it later.
 */
import type { RecordedStep } from '../probes/recordedStep.ts';

const MOST_ANSWERS = 16;

interface Known {
  readonly recorded: RecordedStep;
  readonly answer: unknown;
}

export class KnownAnswers {
  /** Oldest first. */
  readonly #known = new Map<string, Known>();

  /** What was answered when the same was asked of the same step; what it was is for the caller to know. */
  find(asked: string, recorded: RecordedStep): Known | undefined {
    const known = this.#known.get(asked);
    return known?.recorded === recorded ? known : undefined;
  }

  remember(asked: string, recorded: RecordedStep, answer: unknown): void {
    this.#known.delete(asked);
    this.#known.set(asked, { recorded, answer });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_ANSWERS && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Something was found out about this step. */
  forget(recorded: RecordedStep): void {
    for (const [asked, known] of this.#known) if (known.recorded === recorded) this.#known.delete(asked);
  }

  clear(): void {
    this.#known.clear();
  }
}
