/** Which neighbouring bins of a distribution are drawn as one bar: one value in a sliver would tower over everything else. */

/** CSS pixels. */
const FINEST = 6;

export interface Bar {
  /** First bin, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** CSS pixels. */
  readonly width: number;
}

/** `x` is where a value stands on the axis, CSS pixels. Zero stays an edge, so that both signs are told apart. */
export function barsOf(edges: Float64Array, x: (value: number) => number): Bar[] {
  const bars: Bar[] = [];
  let from = 0;
  for (let to = 1; to < edges.length; to++) {
    const width = x(edges[to] ?? 0) - x(edges[from] ?? 0);
    const ends = to === edges.length - 1 || edges[to] === 0;
    if (width < FINEST && !ends) continue;
    // What is left over before zero or at the end goes with the bar before it.
    const before = width < FINEST && edges[from] !== 0 ? bars.pop() : undefined;
    bars.push(before ? { from: before.from, to, width: before.width + width } : { from, to, width });
    from = to;
  }
  return bars;
}
