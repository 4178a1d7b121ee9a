/**
 * The learning rate and momentum of each step. A schedule is a function of the step alone, so that a resumed run follows
 * the same curve as one that was never interrupted.
 */
import type { Config } from '../../shared/hyperparameters.ts';

export interface ScheduledRates {
  /** One for each layer group, in the order of awdLstmLmSplit. */
  readonly lr: readonly number[];
  /** Adam's beta1. */
  readonly momentum: number;
}

/** Step (counted from 1) to rates. */
export type Schedule = (step: number) => ScheduledRates;

export type ScheduleConfig = Pick<Config, 'lr' | 'schedule' | 'pct_start' | 'div' | 'moms'>;

/** Where a one-cycle run ends: lr / 1e5, as fastai v2. */
const FINAL_DIVISION = 1e5;
/** Howard and Ruder 2018, section 3.2: the share of steps that rise, and how far the rate goes down. */
const CUT = 0.1;
const RATIO = 32;

/** Over a run of `steps` steps; every group follows the same curve at its own height. */
export function makeSchedule(config: ScheduleConfig, { steps, groups }: { steps: number; groups: number }): Schedule {
  const heights = spreadRates(config.lr, groups);
  const { schedule, moms } = config;
  const at = (height: number, momentum: number): ScheduledRates => ({
    lr: heights.map((lr) => lr * height),
    momentum,
  });
  if (schedule === 'one-cycle') return (step) => oneCycle((step - 1) / steps, config, at);
  if (schedule === 'stlr') return (step) => at(slantedTriangle(step - 1, steps), moms[0]);
  const constant: ScheduledRates = { lr: heights, momentum: moms[0] };
  return () => constant;
}

/** One rate for all groups, or [low, high] spread geometrically: low for the first group, high for the last. */
export function spreadRates(lr: Config['lr'], groups: number): number[] {
  if (typeof lr === 'number') return Array.from({ length: groups }, () => lr);
  const [low, high] = lr;
  if (groups === 1) return [high];
  return Array.from({ length: groups }, (_, group) => low * (high / low) ** (group / (groups - 1)));
}

/** Smith 2018 with cosines, as fastai v2: from lr / div up to lr, then down to lr / 1e5; momentum the other way. */
function oneCycle(
  position: number,
  { pct_start: top, div, moms }: ScheduleConfig,
  at: (height: number, momentum: number) => ScheduledRates,
): ScheduledRates {
  const [start, middle, end] = moms;
  if (position < top) {
    const x = position / top;
    return at(cosine(1 / div, 1, x), cosine(start, middle, x));
  }
  const x = (position - top) / (1 - top);
  return at(cosine(1, 1 / FINAL_DIVISION, x), cosine(middle, end, x));
}

/** From a (x = 0) to b (x = 1) along half a cosine. */
function cosine(a: number, b: number, x: number): number {
  return a + ((1 + Math.cos(Math.PI * (1 - x))) * (b - a)) / 2;
}

/**
 * Height of the slanted triangle at step `t` (from 0) of `steps`. The formula of the paper runs below the start where
 * `steps` is no multiple of ten, even below zero in a short run; here it stops at the start's height.
 */
export function slantedTriangle(t: number, steps: number): number {
  const cut = Math.max(1, Math.floor(steps * CUT));
  const p = t < cut ? t / cut : 1 - (t - cut) / (cut * (1 / CUT - 1));
  return (1 + Math.max(0, p) * (RATIO - 1)) / RATIO;
}
