/** How fast a run is and how long it still takes, from its latest steps. */
import type { TrainLine } from '../../shared/engineContract.ts';

/** Steps the speed is taken over: enough to be steady, few enough to follow a change. */
export const PACE_STEPS = 50;

export interface Pace {
  /** NaN before the first step, like the time left. */
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** Over the steps given, in tokens and seconds of training; `stepsLeft` below 0 counts as none. */
export function pace(recent: readonly TrainLine[], stepsLeft: number): Pace {
  const seconds = recent.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  const tokens = recent.reduce((sum, line) => sum + line.tokens, 0);
  return {
    tokensPerSecond: seconds > 0 ? tokens / seconds : NaN,
    secondsLeft: recent.length > 0 ? (Math.max(0, stepsLeft) * seconds) / recent.length : NaN,
  };
}
