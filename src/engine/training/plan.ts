/**
 * How long a run is and where each of its steps stands: which epoch, which batch of it, and what is due after it.
 * Steps and epochs are counted from 1, batches from 0.
 */
import type { Config } from '../../shared/hyperparameters.ts';

export interface Plan {
  readonly steps: number;
  /** Of the first epoch; with variable_bptt the others differ a little. */
  readonly stepsPerEpoch: number;
  readonly config: Config;
  readonly epochs: EpochEnds;
}

/** With both `epochs` and `steps`, whichever ends first. `stepsIn` gives the steps of an epoch. */
export function makePlan(config: Config, stepsIn: (epoch: number) => number): Plan {
  const epochs = new EpochEnds(stepsIn);
  const most = config.steps ?? Infinity;
  const byEpochs = config.epochs === null ? Infinity : epochs.end(config.epochs, most);
  return { steps: Math.min(byEpochs, most), stepsPerEpoch: stepsIn(1), config, epochs };
}

/** Of a step from 1 on, also one past the end of the run: its epoch, and which batch of that epoch it trains on. */
export function positionOf(step: number, { epochs }: Plan): { epoch: number; batch: number } {
  return epochs.position(step);
}

/** Evaluation after every `eval_every` steps (without it after every epoch) and after the last. */
export function evaluationDue(step: number, plan: Plan): boolean {
  return step === plan.steps || regularEvaluation(step, plan);
}

/** Whether it is due however long the run is: only these may change how training goes on. */
export function regularEvaluation(step: number, { config, epochs }: Plan): boolean {
  return config.eval_every === null ? epochs.isEnd(step) : step % config.eval_every === 0;
}

/** A checkpoint after every `checkpoint_every` steps and after the last. */
export function checkpointDue(step: number, plan: Plan): boolean {
  return step === plan.steps || step % plan.config.checkpoint_every === 0;
}

/** Whether the metrics line of this step holds norms by parameter and kept shares by site. */
export function detailsDue(step: number, plan: Pick<Plan, 'steps'>): boolean {
  return step <= 1000 || step % 16 === 0 || step === plan.steps;
}

/** The last step of each epoch, found as far as it was asked for. */
class EpochEnds {
  readonly #stepsIn: (epoch: number) => number;
  readonly #ends: number[] = [];

  constructor(stepsIn: (epoch: number) => number) {
    this.#stepsIn = stepsIn;
  }

  /** Last step of `epoch`, or any number above `most` when it is later than that. */
  end(epoch: number, most: number): number {
    while (this.#ends.length < epoch && this.#last <= most) this.#add();
    return this.#ends[epoch - 1] ?? this.#last;
  }

  isEnd(step: number): boolean {
    const { epoch } = this.position(step);
    return this.#ends[epoch - 1] === step;
  }

  position(step: number): { epoch: number; batch: number } {
    while (this.#last < step) this.#add();
    const before = this.#ends.findLastIndex((end) => end < step);
    return { epoch: before + 2, batch: step - 1 - (this.#ends[before] ?? 0) };
  }

  get #last(): number {
    return this.#ends.at(-1) ?? 0;
  }

  #add(): void {
    this.#ends.push(this.#last + this.#stepsIn(this.#ends.length + 1));
  }
}
