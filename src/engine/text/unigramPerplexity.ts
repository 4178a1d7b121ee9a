/** How well plain word frequencies predict the validation split: what any model must beat. */

/**
 * Perplexity of `valid` under the frequencies of `train`, both token ids below `vocabSize`. Every token gets one
 * occurrence extra, so that one never seen in training still has a probability. NaN for an empty split.
 */
export function unigramPerplexity(
  train: readonly Int32Array[],
  valid: readonly Int32Array[],
  vocabSize: number,
): number {
  const counts = new Float64Array(vocabSize).fill(1);
  let total = vocabSize;
  for (const part of train) {
    for (const id of part) counts[id]!++;
    total += part.length;
  }
  let [surprise, tokens] = [0, 0];
  for (const part of valid) {
    for (const id of part) surprise -= Math.log(counts[id]! / total);
    tokens += part.length;
  }
  return Math.exp(surprise / tokens);
}
