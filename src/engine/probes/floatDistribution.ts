/**
 * The distribution of float32 values, exactly. Few are sorted; many are taken in linear passes: counted by the upper half of
 * their bits, which order like the values, and only those next to a quantile are looked at again.
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

/** Up to here sorting is faster than the passes over all upper halves. */
const FEW = 4096;

const INFINITY_BITS = 0x7f80;

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
  const byUpperBits = new Uint32Array(0x10000);
  let zeros = 0;
  // By index: several times as fast as an iterator over millions of values.
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word << 1 === 0) zeros++;
    else byUpperBits[word >>> 16]!++;
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
      for (let place = 0; place < 0x10000; place++) {
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
  for (const sign of [0, 0x8000]) {
    for (let upper = INFINITY_BITS; upper < 0x8000; upper++) {
      count += byUpperBits[sign + upper]!;
      byUpperBits[sign + upper] = 0;
    }
  }
  return count;
}

/** Upper halves in the order of their values: negative ones from the largest magnitude, then positive ones. */
function inOrder(place: number): number {
  return place < 0x8000 ? 0xffff - place : place - 0x8000;
}

function middleOf(upper: number): number {
  return floatOf((upper << 16) | 0x8000);
}

const floatOf = (bits: number): number => {
  scratch.setUint32(0, bits >>> 0);
  return scratch.getFloat32(0);
};
const scratch = new DataView(new ArrayBuffer(4));

function quantilesOf(words: Uint32Array, byUpperBits: Uint32Array, zeros: number, finite: number): Float32Array {
  if (finite === 0) return new Float32Array(QUANTILES.length).fill(NaN);
  const ranks = QUANTILES.map((share) => rankOf(share, finite));
  const wanted = new Map<number, { index: number; within: number }[]>();
  const quantiles = new Float32Array(QUANTILES.length);
  let passed = 0;
  let next = 0;
  const take = (count: number, upper: number | null): void => {
    for (; next < ranks.length && ranks[next]! < passed + count; next++) {
      if (upper === null) quantiles[next] = 0;
      else wanted.set(upper, [...(wanted.get(upper) ?? []), { index: next, within: ranks[next]! - passed }]);
    }
    passed += count;
  };
  for (let place = 0; place < 0x10000; place++) {
    if (place === 0x8000) take(zeros, null);
    const upper = inOrder(place);
    const count = byUpperBits[upper]!;
    if (count > 0) take(count, upper);
  }
  for (const [upper, values] of lowerHalves(words, wanted)) {
    const negative = upper >= 0x8000;
    for (const { index, within } of wanted.get(upper)!) {
      const low = atRank(values, negative ? byUpperBits[upper]! - 1 - within : within);
      quantiles[index] = floatOf((upper << 16) | low);
    }
  }
  return quantiles;
}

/** For each wanted upper half, how often each lower half comes with it. */
function lowerHalves(words: Uint32Array, wanted: ReadonlyMap<number, unknown>): Map<number, Uint32Array> {
  const uppers = [...wanted.keys()];
  const placeOf = new Int8Array(0x10000).fill(-1);
  uppers.forEach((upper, place) => (placeOf[upper] = place));
  const counts = new Uint32Array(uppers.length * 0x10000);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const place = placeOf[word >>> 16]!;
    if (place >= 0 && word << 1 !== 0) counts[place * 0x10000 + (word & 0xffff)]!++;
  }
  return new Map(uppers.map((upper, place) => [upper, counts.subarray(place * 0x10000, (place + 1) * 0x10000)]));
}

function atRank(counts: Uint32Array, rank: number): number {
  let at = 0;
  while (rank >= counts[at]!) rank -= counts[at++]!;
  return at;
}
