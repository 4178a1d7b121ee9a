/**
 * The axis of a distribution: linear where most values are and logarithmic beyond, so that tails are seen without the
 * middle becoming a spike. Bins are drawn on it at their true place and width. It is fixed by the whole series, so that
 * steps can be compared.
 */
import type { HistogramSeries } from '../../src/shared/stepContract.ts';

export interface ValueAxis {
  /** Where a value stands, 0 to 1 between the outermost edges that hold anything. */
  at(value: number): number;
  /** Zero, and round values on both sides, few enough to be read. */
  readonly ticks: readonly number[];
}

const QUANTILES = 9;
/** Ticks on one side stand at least so far apart, as a share of the axis. */
const APART = 0.1;

/** One axis for all of the series, so that what lies over one another can be compared. */
export function valueAxis(...all: readonly HistogramSeries[]): ValueAxis {
  const largest = Math.max(...all.map(largestHeld));
  const linear = Math.min(Math.max(...all.map(spreadOf)) || largest, largest);
  const fold = (value: number) => {
    const size = Math.abs(value) / linear;
    return Math.sign(value) * (size <= 1 ? size : 1 + Math.log(size));
  };
  const end = fold(largest) || 1;
  const at = (value: number) => (Math.max(-1, Math.min(1, fold(value) / end)) + 1) / 2;
  return { at, ticks: ticksOf(at, largest) };
}

/** The edge beyond which no bin of any step, on either side, holds a value: headroom of the bins is not drawn. */
function largestHeld({ edges, counts }: HistogramSeries): number {
  const bins = edges.length - 1;
  const used = (bin: number) => {
    for (let at = bin; at < counts.length; at += bins) if (counts[at] !== 0) return true;
    return false;
  };
  let outermost = bins - 1;
  while (outermost > bins / 2 && !used(outermost) && !used(bins - 1 - outermost)) outermost--;
  return edges[outermost + 1] ?? 1;
}

/** Half the width of the middle two thirds of the values, at the step where that is widest. */
function spreadOf({ quantiles }: HistogramSeries): number {
  let widest = 0;
  for (let row = 0; row + QUANTILES <= quantiles.length; row += QUANTILES) {
    const half = ((quantiles[row + 6] ?? 0) - (quantiles[row + 2] ?? 0)) / 2;
    if (half > widest && Number.isFinite(half)) widest = half;
  }
  return widest;
}

/** Ones, twos and fives times a power of ten, from the largest inwards. */
function ticksOf(at: (value: number) => number, largest: number): number[] {
  const shown: number[] = [];
  let last = Infinity;
  for (let power = Math.floor(Math.log10(largest)); power > Math.log10(largest) - 8; power--)
    for (const factor of [5, 2, 1]) {
      const value = Number(`${factor}e${power}`);
      const place = at(value);
      if (value > largest || place > last - APART || place < 0.5 + APART) continue;
      shown.unshift(value);
      last = place;
    }
  return [...shown.map((value) => -value).reverse(), 0, ...shown];
}
