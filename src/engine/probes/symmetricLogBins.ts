/**
 * Bins that suit weights and gradients of any scale: linear around 0, then two an octave outwards, the same on both sides.
 * All edges are powers of two or half-way between two of them, whose float32 has no low bits, so that counting values by
 * the upper half of their bits tells the bin exactly.
 */

/** Bins from 0 to the linear part's end, on each side. */
const LINEAR_BINS = 4;
/** Octaves below the largest magnitude that get bins of their own; what is smaller is in the linear part. */
const OCTAVES = 14;
/** Octaves left free above it: values grow while a model learns. */
const HEADROOM = 3;

/** Edges, ascending, for values up to about `largest` in magnitude (finite, above 0). */
export function symmetricLogEdges(largest: number): Float64Array {
  const top = clampExponent(Math.ceil(Math.log2(largest)) + HEADROOM);
  const bottom = clampExponent(top - HEADROOM - OCTAVES);
  const positive = Array.from({ length: LINEAR_BINS }, (_, index) => (2 ** bottom * (index + 1)) / LINEAR_BINS);
  for (let exponent = bottom; exponent < top; exponent++) positive.push(1.5 * 2 ** exponent, 2 ** (exponent + 1));
  return Float64Array.from([...positive.toReversed().map((edge) => -edge), 0, ...positive]);
}

/** Edges with more octaves on both sides, so that `largest` has a bin. Those there are stay, `added` new ones on each side. */
export function widened(edges: Float64Array, largest: number): { edges: Float64Array; added: number } {
  const more: number[] = [];
  let last = edges.at(-1)!;
  while (last <= largest && last < MOST) {
    more.push(1.5 * last, 2 * last);
    last *= 2;
  }
  const outer = more.toReversed().map((edge) => -edge);
  return { edges: Float64Array.from([...outer, ...edges, ...more]), added: more.length };
}

/** 2^127: a float32 has no higher power of two. The outermost bins take what little is beyond. */
const MOST = 2 ** 127;

const clampExponent = (exponent: number): number => Math.min(127, Math.max(-120, exponent));
