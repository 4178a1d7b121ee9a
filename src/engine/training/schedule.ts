/**
 * The learning rate of each step. A schedule is a function of the step alone, so that a resumed run follows the same
 * curve as one that was never interrupted.
 */
import type { Config } from '../../shared/hyperparameters.ts';

/** Step (counted from 1) to learning rate. */
export type Schedule = (step: number) => number;

/** Throws a sentence for schedules that are not available yet. */
export function makeSchedule(config: Config): Schedule {
  const { lr, schedule } = config;
  if (schedule !== 'constant') throw new Error(`schedule "${schedule}" is not available yet (use "constant")`);
  if (typeof lr !== 'number') throw new Error('lr as [low, high] is not available yet (give one number)');
  return () => lr;
}
