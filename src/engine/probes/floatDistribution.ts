/**
 * The distribution of float32 values, exactly. Few are sorted; many are taken in two linear passes: counted by their upper
 * bits, which order like the values, and those next to a quantile are picked out, to be counted by their other bits.
 */

/** Shares of a normal distribution at -inf, -1.5, -1, -0.5, 0, 0.5, 1, 1.5 standard deviations and +inf. */
export const QUANTILES = [0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1] as const;

export interface FloatDistribution {
  /** Finite values, zeros among them. */
  readonly finite: number;
  readonly zeros: number;
  readonly nonFinite: number;
  /** Largest magnitude of a finite value. */
  readonly largest: number;
  /** Nearest-rank values at QUANTILES; NaN without a finite value. */
  readonly quantiles: Float32Array;
  /**
   * Counts of the finite values that are not zero between ascending edges (of few bits: see symmetricLogBins.ts); what
   * lies beyond counts in the outermost bins.
   */
  countIn(edges: Float64Array): Uint32Array;
}

/** Up to here sorting is faster than the passes over all upper bits. */
const FEW = 256;

/** Of a value's bits: sign, exponent and three of the mantissa; then ten and ten more. */
const UPPER_SHIFT = 20;
const MIDDLE_SHIFT = 10;
const PART = 1024;
const UPPER_MASK = ~0 << UPPER_SHIFT;
const UPPERS = 2 ** (32 - UPPER_SHIFT);
const NEGATIVE = UPPERS / 2;
const INFINITY_UPPER = 0x7f800000 >>> UPPER_SHIFT;

/** Takes time linear in the values; `data` is neither changed nor kept beyond what is returned. */
export function floatDistribution(data: Float32Array): FloatDistribution {
  return data.length <= FEW ? ofFew(data) : ofMany(data);
}

function ofFew(data: Float32Array): FloatDistribution {
  const sorted = data.filter(Number.isFinite).sort();
  const finite = sorted.length;
  const quantiles = Float32Array.from(QUANTILES, (share) => (sorted[rankOf(share, finite)] ?? NaN) + 0);
  return {
    finite,
    zeros: sorted.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    nonFinite: data.length - finite,
    largest: largestOf(quantiles),
    quantiles,
    countIn: (edges) => {
      const bins = new BinCounter(edges);
      for (const value of sorted) if (value !== 0) bins.add(value, 1);
      return bins.counts;
    },
  };
}

function ofMany(data: Float32Array): FloatDistribution {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const byUpperBits = new Uint32Array(UPPERS);
  let [some, positive] = [0, 0];
  // By index: several times as fast as an iterator over millions of values. Without a branch for zeros, which would be
  // mispredicted half of the time where half of the weights are dropped: x | -x has its upper bit set where x is not 0.
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const magnitude = word << 1;
    byUpperBits[word >>> UPPER_SHIFT]!++;
    some += (magnitude | -magnitude) >>> 31;
    positive += (word | -word) >>> 31;
  }
  const zeros = words.length - some;
  const positiveZeros = words.length - positive;
  byUpperBits[0]! -= positiveZeros;
  byUpperBits[NEGATIVE]! -= zeros - positiveZeros;
  const nonFinite = takeNonFinite(byUpperBits);
  const finite = data.length - nonFinite;
  const quantiles = quantilesOf(words, byUpperBits, zeros, finite);
  return {
    finite,
    zeros,
    nonFinite,
    largest: largestOf(quantiles),
    quantiles,
    countIn: (edges) => {
      const bins = new BinCounter(edges);
      for (let place = 0; place < UPPERS; place++) {
        const upper = inOrder(place);
        const count = byUpperBits[upper]!;
        if (count > 0) bins.add(middleOf(upper), count);
      }
      return bins.counts;
    },
  };
}

/** Takes ascending values. */
class BinCounter {
  readonly counts: Uint32Array;
  readonly #edges: Float64Array;
  #bin = 0;

  constructor(edges: Float64Array) {
    this.#edges = edges;
    this.counts = new Uint32Array(edges.length - 1);
  }

  add(value: number, count: number): void {
    const last = this.counts.length - 1;
    while (this.#bin < last && isBeyond(value, this.#edges[this.#bin + 1]!)) this.#bin++;
    this.counts[this.#bin]! += count;
  }
}

/** An edge belongs to the bin further from 0, on both sides alike. */
function isBeyond(value: number, edge: number): boolean {
  return value < 0 ? value > edge : value >= edge;
}

/** Nearest rank, counted from 0; -1 without values. */
function rankOf(share: number, finite: number): number {
  return Math.min(finite - 1, Math.max(0, Math.ceil(share * finite) - 1));
}

function largestOf(quantiles: Float32Array): number {
  const largest = Math.max(Math.abs(quantiles[0]!), Math.abs(quantiles.at(-1)!));
  return Number.isNaN(largest) ? 0 : largest;
}

function takeNonFinite(byUpperBits: Uint32Array): number {
  let count = 0;
  for (const sign of [0, NEGATIVE]) {
    for (let upper = INFINITY_UPPER; upper < NEGATIVE; upper++) {
      count += byUpperBits[sign + upper]!;
      byUpperBits[sign + upper] = 0;
    }
  }
  return count;
}

/** Upper bits in the order of their values: negative ones from the largest magnitude, then positive ones. */
function inOrder(place: number): number {
  return place < NEGATIVE ? UPPERS - 1 - place : place - NEGATIVE;
}

/** In the middle of the values with these upper bits; no edge of a bin is among them. */
function middleOf(upper: number): number {
  return floatOf((upper << UPPER_SHIFT) | (1 << (UPPER_SHIFT - 1)));
}

const floatOf = (bits: number): number => {
  scratch.setUint32(0, bits >>> 0);
  return scratch.getFloat32(0);
};
const scratch = new DataView(new ArrayBuffer(4));

/** A quantile while it is looked for: the upper bits of its value, and its rank by magnitude among values that have them. */
interface Sought {
  readonly index: number;
  readonly upper: number;
  readonly rank: number;
}

function quantilesOf(words: Uint32Array, byUpperBits: Uint32Array, zeros: number, finite: number): Float32Array {
  if (finite === 0) return new Float32Array(QUANTILES.length).fill(NaN);
  const ranks = QUANTILES.map((share) => rankOf(share, finite));
  const sought: Sought[] = [];
  let passed = 0;
  let next = 0;
  for (let place = 0; place < UPPERS && next < ranks.length; place++) {
    if (place === NEGATIVE) {
      // Zeros are between the negative values and the positive ones; a quantile among them is 0.
      passed += zeros;
      while (next < ranks.length && ranks[next]! < passed) next++;
    }
    const upper = inOrder(place);
    const count = byUpperBits[upper]!;
    if (count === 0) continue;
    for (; next < ranks.length && ranks[next]! < passed + count; next++) {
      const within = ranks[next]! - passed;
      sought.push({ index: next, upper, rank: upper < NEGATIVE ? within : count - 1 - within });
    }
    passed += count;
  }
  const groups = groupsOf(words, byUpperBits, new Set(sought.map(({ upper }) => upper)));
  const quantiles = new Float32Array(QUANTILES.length);
  for (const { index, upper, rank } of sought) quantiles[index] = floatOf(ranked(groups.get(upper)!, rank));
  return quantiles;
}

/** The values, besides zeros, with each of these upper bits. */
function groupsOf(
  words: Uint32Array,
  byUpperBits: Uint32Array,
  uppers: ReadonlySet<number>,
): ReadonlyMap<number, Uint32Array> {
  /** Where the next value of a group goes; -1 for what is in none. */
  const next = new Int32Array(UPPERS).fill(-1);
  const begins = new Map<number, number>();
  let size = 0;
  for (const upper of uppers) {
    begins.set(upper, size);
    next[upper] = size;
    size += byUpperBits[upper]!;
  }
  const grouped = new Uint32Array(size);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const to = next[word >>> UPPER_SHIFT]!;
    if (to < 0 || word << 1 === 0) continue;
    grouped[to] = word;
    next[word >>> UPPER_SHIFT] = to + 1;
  }
  return new Map(Array.from(begins, ([upper, from]) => [upper, grouped.subarray(from, next[upper])]));
}

/** Of values with the same upper bits the one of this rank by magnitude, counted from 0: by its middle bits, then its lower ones. */
function ranked(words: Uint32Array, rank: number): number {
  const mask = PART - 1;
  const byMiddle = new Uint32Array(PART);
  for (let at = 0; at < words.length; at++) byMiddle[(words[at]! >>> MIDDLE_SHIFT) & mask]!++;
  const [middle, left] = partOf(byMiddle, rank);
  const byLower = new Uint32Array(PART);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (((word >>> MIDDLE_SHIFT) & mask) === middle) byLower[word & mask]!++;
  }
  const [lower] = partOf(byLower, left);
  return ((words[0]! & UPPER_MASK) | (middle << MIDDLE_SHIFT) | lower) >>> 0;
}

/** Which part holds this rank, and the rank within it. */
function partOf(counts: Uint32Array, rank: number): [part: number, rank: number] {
  let part = 0;
  while (rank >= counts[part]!) rank -= counts[part++]!;
  return [part, rank];
}
