/**
 * Philox4x32-10, the counter-based generator all masks and initial weights come from.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011); its published
 * known-answer vectors are the tests. No state: the same key and counter give the same words everywhere.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;
const ROUNDS = 10;

/** High 32 bits of a 32 x 32 bit product, from four 16-bit halves so that no partial product exceeds 2^53. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle2 = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000)) | 0;
}

/** A counter or a block of output: four 32-bit words. */
export type Words4 = [number, number, number, number];

/** One block: four unsigned 32-bit words for a counter of four words and a key of two. */
export function philox4x32(counter: Words4, key: [number, number]): Words4 {
  const out = new Uint32Array(4);
  writeBlock(out, 0, counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
  return [out[0]!, out[1]!, out[2]!, out[3]!];
}

/** Plain arguments and no allocation: this is the inner loop of drawing a mask of millions of weights. */
function writeBlock(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  key0: number,
  key1: number,
): void {
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = mulHigh(c0, M0);
    const low0 = Math.imul(c0, M0);
    const high1 = mulHigh(c2, M1);
    const low1 = Math.imul(c2, M1);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + W0) | 0;
    key1 = (key1 + W1) | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** Where a stream of words starts: key [seed, site], counter [block, 0, call, repeat] with block counting from 0. */
export interface StreamKey {
  seed: number;
  site: number;
  call: number;
  repeat: number;
}

/** The first `count` 32-bit words of a stream. */
export function philoxWords(count: number, { seed, site, call, repeat }: StreamKey): Uint32Array {
  const blocks = Math.ceil(count / 4);
  const out = new Uint32Array(blocks * 4);
  for (let block = 0; block < blocks; block++) writeBlock(out, block * 4, block, 0, call, repeat, seed, site);
  return out.subarray(0, count);
}
