/** One token from a model's scores: temperature, top-k and what is never said. Pure, so that it can be held to numbers. */

export interface Sampling {
  /** The scores are divided by it before the softmax: 1 leaves the distribution, 0 takes the likeliest token. */
  readonly temperature: number;
  /** Only the k likeliest tokens are drawn from; of equal ones the first. */
  readonly topK: number;
  readonly never: ReadonlySet<number>;
}

/**
 * An id from `scores` (logits, one for each id) and `uniform` in [0, 1). Throws when a score is not finite or nothing
 * is left to say.
 */
export function sampleToken(
  scores: ArrayLike<number>,
  { temperature, topK, never }: Sampling,
  uniform: number,
): number {
  let candidates: number[] = [];
  for (let id = 0; id < scores.length; id++) {
    if (!Number.isFinite(scores[id])) throw new Error(`the model's score of token ${id} is ${scores[id]}`);
    if (!never.has(id)) candidates.push(id);
  }
  if (candidates.length === 0) throw new Error('there is no token to say: the vocabulary holds only those never said');
  if (temperature === 0) return candidates.reduce((best, id) => (scores[id]! > scores[best]! ? id : best));
  if (topK < candidates.length) {
    candidates = candidates.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, topK);
  }
  const most = candidates.reduce((max, id) => Math.max(max, scores[id]!), -Infinity);
  const weights = candidates.map((id) => Math.exp((scores[id]! - most) / temperature));
  const target = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  for (let at = 0; at < candidates.length; at++) {
    sum += weights[at]!;
    if (target < sum) return candidates[at]!;
  }
  // Rounding may leave the last sliver uncovered.
  return candidates.at(-1)!;
}
