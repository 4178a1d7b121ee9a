/**
 * What nn.Dropout(embed_p) on the embedded batch would have done instead of dropping whole words: elements dropped one by
 * one. Drawn on the host from the range of call numbers that training never reaches, so no mask of the run shifts.
 */
import { evaluationCall } from '../random/draws.ts';
import { fnv1a } from '../../shared/fnv1a.ts';
import { philoxWords } from '../../shared/philox.ts';

const STREAM = fnv1a('element dropout of embeddings, for comparison');

export interface ElementDropout {
  /** Input vectors, and the elements of each. */
  readonly vectors: number;
  readonly size: number;
  readonly p: number;
  readonly seed: number;
  readonly step: number;
}

/** Share (0 to 1) of each vector's elements that are dropped. */
export function elementDropout({ vectors, size, p, seed, step }: ElementDropout): Float32Array {
  const threshold = Math.round(p * 65536);
  const counter = { seed, site: STREAM, call: evaluationCall(step) | 0, repeat: 0 };
  const words = philoxWords((vectors * size + 1) >> 1, counter);
  const shares = new Float32Array(vectors);
  for (let vector = 0; vector < vectors; vector++) {
    let dropped = 0;
    for (let at = vector * size; at < (vector + 1) * size; at++) {
      const word = words[at >> 1]!;
      if ((at & 1 ? word >>> 16 : word & 0xffff) < threshold) dropped++;
    }
    shares[vector] = dropped / size;
  }
  return shares;
}
