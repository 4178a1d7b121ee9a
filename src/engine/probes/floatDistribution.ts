/**
 * The distribution of float32 values, exactly. Few are sorted; many are taken in linear passes: counted by their upper bits,
 * which order like the values, and only those next to a quantile are looked at again, by their middle and lower bits.
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
const FEW = 2048;

/** Of a value's bits: sign, exponent and five of the mantissa; then nine and nine more. */
const UPPER_SHIFT = 18;
const MIDDLE_SHIFT = 9;
const PART = 512;
const UPPERS = 2 ** (32 - UPPER_SHIFT);
const NEGATIVE = UPPERS / 2;
const INFINITY_UPPER = 0x7f800000 >>> UPPER_SHIFT;

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
  let zeros = 0;
  // By index: several times as fast as an iterator over millions of values.
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word << 1 === 0) zeros++;
    else byUpperBits[word >>> UPPER_SHIFT]!++;
  }
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

/** A quantile while it is looked for: the bits that are known of it, and its rank by magnitude among values that have them. */
interface Sought {
  readonly index: number;
  readonly known: number;
  readonly rank: number;
}

function quantilesOf(words: Uint32Array, byUpperBits: Uint32Array, zeros: number, finite: number): Float32Array {
  if (finite === 0) return new Float32Array(QUANTILES.length).fill(NaN);
  const ranks = QUANTILES.map((share) => rankOf(share, finite));
  const sought: Sought[] = [];
  const quantiles = new Float32Array(QUANTILES.length);
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
      sought.push({ index: next, known: upper, rank: upper < NEGATIVE ? within : count - 1 - within });
    }
    passed += count;
  }
  const withMiddle = refined(words, sought, UPPER_SHIFT, MIDDLE_SHIFT);
  for (const { index, known } of refined(words, withMiddle, MIDDLE_SHIFT, 0)) quantiles[index] = floatOf(known);
  return quantiles;
}

/** With the bits from `shift` on known too, where they were known from `from` on. */
function refined(words: Uint32Array, sought: readonly Sought[], from: number, shift: number): Sought[] {
  const knowns = [...new Set(sought.map(({ known }) => known))];
  const counts = new Uint32Array(knowns.length * PART);
  const wanted = new Uint8Array(UPPERS);
  for (const known of knowns) wanted[known >>> (UPPER_SHIFT - from)] = 1;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (wanted[word >>> UPPER_SHIFT] === 0 || word << 1 === 0) continue;
    const place = knowns.indexOf(word >>> from);
    if (place >= 0) counts[place * PART + ((word >>> shift) & (PART - 1))]!++;
  }
  return sought.map(({ index, known, rank }) => {
    const first = knowns.indexOf(known) * PART;
    let part = 0;
    let left = rank;
    while (left >= counts[first + part]!) left -= counts[first + part++]!;
    return { index, known: ((known << MIDDLE_SHIFT) | part) >>> 0, rank: left };
  });
}
