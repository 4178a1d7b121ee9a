/**
 * Whole tensors for whoever uses the extension's API. A run that trains moves on between two questions; those asked
 * together, or one right after the other, are answered from one and the same step, so that they can be compared.
 */

export interface TensorQuery {
  readonly run: string;
  readonly name: string;
  readonly step?: number;
}

export interface Tensor {
  readonly step: number;
  readonly shape: number[];
  readonly data: Float32Array;
}

/** A question that comes no later than this after the last answer belongs to those before it, milliseconds. */
const PAUSE_MS = 100;
/** No step is held for longer than this, milliseconds. */
const LONGEST_MS = 2000;
/** What only the latest step has: an older one lets go of it. */
const OF_THE_LATEST = /^(activation|hidden|loss|grad_t)\b/;

interface Burst {
  readonly run: string;
  readonly began: number;
  /** The step that the first answer was of; undefined when there was none. */
  readonly step: Promise<number | undefined>;
  lastAnswer: number;
  waiting: number;
}

export class TensorReader {
  readonly #ask: (query: TensorQuery) => Promise<Tensor>;
  readonly #now: () => number;
  #burst: Burst | null = null;

  /** `now`: the clock, in milliseconds. */
  constructor(ask: (query: TensorQuery) => Promise<Tensor>, now = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  /** A tensor of the run's most recent recorded step; `training` tells whether that step is about to change. */
  async read(query: { readonly run: string; readonly name: string }, training: boolean): Promise<Tensor> {
    if (!training || OF_THE_LATEST.test(query.name)) return this.#ask(query);
    const known = this.#current(query.run);
    if (known)
      return this.#during(
        known,
        known.step.then((step) => this.#ask(withStep(query, step))),
      );
    const first = this.#ask(query);
    const now = this.#now();
    const step = first.then(
      (answer) => answer.step,
      () => undefined,
    );
    this.#burst = { run: query.run, began: now, step, lastAnswer: now, waiting: 0 };
    return this.#during(this.#burst, first);
  }

  #current(run: string): Burst | null {
    const burst = this.#burst;
    if (burst?.run !== run) return null;
    const now = this.#now();
    const goesOn = burst.waiting > 0 || now - burst.lastAnswer < PAUSE_MS;
    return goesOn && now - burst.began < LONGEST_MS ? burst : null;
  }

  async #during(burst: Burst, answer: Promise<Tensor>): Promise<Tensor> {
    burst.waiting++;
    try {
      return await answer;
    } finally {
      burst.waiting--;
      burst.lastAnswer = this.#now();
    }
  }
}

function withStep(query: TensorQuery, step: number | undefined): TensorQuery {
  return step === undefined ? query : { ...query, step };
}
