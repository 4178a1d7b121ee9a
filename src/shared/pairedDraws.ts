/**
 * What several draws say: their mean and spread, and of draws in pairs (the same uniforms under two settings) the mean
 * difference, which varies less than either.
 */

export interface DrawSummary {
  readonly draws: number;
  readonly mean: number;
  /** Standard deviation, n - 1 in the denominator; 0 of a single draw. */
  readonly deviation: number;
  /** Of the mean: deviation / sqrt(n). */
  readonly standardError: number;
  readonly lowest: number;
  readonly highest: number;
}

/** NaN throughout for no draw; a draw that is not finite makes the mean so. */
export function summaryOf(draws: ArrayLike<number>): DrawSummary {
  const values = Array.from(draws);
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : squares;
  const [lowest, highest] = n === 0 ? [NaN, NaN] : [Math.min(...values), Math.max(...values)];
  return { draws: n, mean, deviation, standardError: deviation / Math.sqrt(n), lowest, highest };
}

/** Of `after` minus `before`, draw by draw. A RangeError when they are not pairs. */
export function pairedDifference(before: ArrayLike<number>, after: ArrayLike<number>): DrawSummary {
  if (before.length !== after.length)
    throw new RangeError(`paired draws: ${before.length} and ${after.length} are not pairs`);
  return summaryOf(Array.from(after, (value, draw) => value - before[draw]!));
}
