/**
 * How long a run is and where each of its steps stands: which epoch, which batch of it, and what is due after it.
 * Steps and epochs are counted from 1, batches from 0.
 */
import type { Config } from '../../shared/hyperparameters.ts';

export interface Plan {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly config: Config;
}

/** With both `epochs` and `steps`, whichever ends first. */
export function makePlan(config: Config, stepsPerEpoch: number): Plan {
  const byEpochs = config.epochs === null ? Infinity : config.epochs * stepsPerEpoch;
  return { steps: Math.min(byEpochs, config.steps ?? Infinity), stepsPerEpoch, config };
}

export function positionOf(step: number, { stepsPerEpoch }: Plan): { epoch: number; batch: number } {
  return { epoch: Math.floor((step - 1) / stepsPerEpoch) + 1, batch: (step - 1) % stepsPerEpoch };
}

/** Evaluation after every `eval_every` steps (without it every epoch) and after the last. */
export function evaluationDue(step: number, plan: Plan): boolean {
  return step === plan.steps || step % (plan.config.eval_every ?? plan.stepsPerEpoch) === 0;
}

export function checkpointDue(step: number, plan: Plan): boolean {
  return step === plan.steps || step % plan.config.checkpoint_every === 0;
}

/** Whether the metrics line of this step holds norms by parameter and kept shares by site. */
export function detailsDue(step: number, plan: Plan): boolean {
  return step <= 1000 || step % 16 === 0 || step === plan.steps;
}
