/** What a model has to beat: predicting each word by how often the training split has it, whatever stands before it. */

/**
 * Perplexity of `valid` under the word frequencies of `train`, exp of the mean of -ln q(w) with
 * q(w) = (count(w) + 1) / (N + V): one count is added for each word, so that a word that only validation has costs
 * much but not everything. Ids are below `vocabSize`. NaN for an empty validation split.
 */
export function unigramPerplexity(train: Int32Array, valid: Int32Array, vocabSize: number): number {
  const counts = new Float64Array(vocabSize).fill(1);
  for (const id of train) counts[id]!++;
  const total = train.length + vocabSize;
  let nats = 0;
  for (const id of valid) nats -= Math.log(counts[id]! / total);
  return Math.exp(nats / valid.length);
}
