/** Points over steps, and the ends and ticks of the axes they are drawn on: round numbers on linear axes, powers of ten on logarithmic ones. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** All finite values with a little room, so that lines do not lie on the axis' ends; null where there are none. */
export function rangeOf(points: readonly Point[]): ValueRange | null {
  let [min, max] = [Infinity, -Infinity];
  for (const { y } of points) if (Number.isFinite(y)) [min, max] = [Math.min(min, y), Math.max(max, y)];
  if (min > max) return null;
  const room = Math.max(0.06 * (max - min), 0.02 * Math.abs(max));
  return { min: min - room, max: max + room };
}

/**
 * All norms from `low` to `high` and the threshold (0: none), and at least one power of ten to read them by; null where
 * there is neither a norm above 0 nor a threshold.
 */
export function logRange(low: number, high: number, clip: number): ValueRange | null {
  if (high <= 0 && clip <= 0) return null;
  let min = Math.min(low, clip > 0 ? clip : Infinity) / 1.3;
  let max = Math.max(high, clip, min * 2) * 1.2;
  if (powersOfTen(min, max).length === 0) {
    const below = 10 ** Math.floor(Math.log10(min));
    if (min / below < (10 * below) / max) min = below;
    else max = 10 * below;
  }
  return { min, max };
}

/** At most three multiples of 1, 2 or 5 times a power of ten. */
export function roundTicks(min: number, max: number): number[] {
  const least = (max - min) / 4;
  const power = 10 ** Math.floor(Math.log10(least));
  const size = [1, 2, 5, 10, 20].map((factor) => factor * power).find((step) => multiples(min, max, step).length <= 3);
  return multiples(min, max, size ?? max - min);
}

function multiples(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step);
  const count = Math.max(0, Math.floor(max / step) - first + 1);
  return Array.from({ length: Math.min(count, 20) }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}

/** Powers of ten; where only one is in sight, five times it or a fifth of it tells how the axis goes on. */
export function logTicks(min: number, max: number): number[] {
  const powers = powersOfTen(min, max);
  const [only = 0] = powers;
  if (powers.length !== 1) return powers;
  return [only / 5, only, 5 * only].map((value) => Number(value.toPrecision(1))).filter((at) => at >= min && at <= max);
}

/** At most three of them: enough to read a log axis by. */
function powersOfTen(min: number, max: number): number[] {
  const powers: number[] = [];
  for (let exponent = Math.ceil(Math.log10(min) - 1e-9); 10 ** exponent <= max * (1 + 1e-9); exponent++)
    powers.push(Number(`1e${exponent}`));
  const every = Math.ceil(powers.length / 3);
  return powers.filter((_, index) => index % every === 0);
}
