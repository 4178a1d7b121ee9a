/**
 * How curves of a long run stay bounded, in the host and in the page alike: thinned, never cut. The first steps and the
 * newest stay whole; between them rows lie evenly, at twice the distance each time that room runs out.
 */

/** Rows kept. At 40 columns of 8 bytes about 5 MB. */
export const MOST_ROWS = 16_384;
/** Where a run begins, every step tells something. */
const FIRST = 100;
const NEWEST = MOST_ROWS / 4;
/** Thinning has to be worth its while. */
const FEWEST_DROPPED = MOST_ROWS / 8;

/**
 * Indices of the rows that stay, ascending, for more than MOST_ROWS rows of ascending `steps`. Of two rows the one with the
 * larger gradient norm stays, so that spikes stay visible.
 */
export function rowsToKeep(steps: ArrayLike<number>, norms: ArrayLike<number>): number[] {
  for (let distance = 1; ; distance *= 2) {
    const kept = thinned(steps, norms, distance);
    if (steps.length - kept.length >= FEWEST_DROPPED) return kept;
  }
}

/** One row for each two neighbours that are at most `distance` steps apart. */
function thinned(steps: ArrayLike<number>, norms: ArrayLike<number>, distance: number): number[] {
  const kept: number[] = [];
  const last = steps.length - NEWEST;
  for (let row = 0; row < steps.length; row++) {
    const next = row + 1;
    const pair = row >= FIRST && next < last && steps[next]! - steps[row]! <= distance;
    kept.push(pair && !(norms[row]! >= norms[next]!) ? next : row);
    if (pair) row = next;
  }
  return kept;
}
