/** The loss of every token of a recorded step, from the decoder's input: the scores themselves are too large to keep. */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear/linear.ts';
import type { RecordedStep } from './recordedStep.ts';

/** Name under which the losses are kept once the activations are gone. */
export const TOKEN_LOSS = 'token_loss';

/** Most scores computed at a time: 64 MB. */
const MOST_SCORES = 2 ** 24;

/** Cross-entropy of each target in nats, [B * T]; undefined when the step does not hold what it is made from. */
export function tokenLosses(recorded: RecordedStep): Float32Array | undefined {
  const known = recorded.read(TOKEN_LOSS);
  if (known) return known.data;
  const input = recorded.read('activation/1.output_dp');
  const weight = recorded.read('1.decoder.weight') ?? recorded.read('0.encoder.weight');
  const { target } = recorded;
  if (!input || !weight || !target) return undefined;
  const bias = recorded.read('1.decoder.bias')?.data;
  const [words, size] = weight.shape as [number, number];
  const losses = new Float32Array(target.length);
  const rows = Math.max(1, Math.floor(MOST_SCORES / words));
  const matrix = tf.tensor2d(weight.data, [words, size]);
  const offset = bias ? tf.tensor1d(bias) : null;
  for (let from = 0; from < target.length; from += rows) {
    const until = Math.min(from + rows, target.length);
    const vectors = input.data.subarray(from * size, until * size);
    const product = tf.tidy(() => linear(tf.tensor2d(vectors, [until - from, size]), matrix, offset));
    // Not within the tidy, which would look for tensors in every single value it is given back.
    const scores = product.dataSync<'float32'>();
    product.dispose();
    for (let at = from; at < until; at++) {
      losses[at] = crossEntropyOf(scores, (at - from) * words, words, target[at]!);
    }
  }
  matrix.dispose();
  offset?.dispose();
  return losses;
}

/** ln(sum of exp(scores)) - scores[target], safe from overflow, over `words` scores from `start` on. */
function crossEntropyOf(scores: Float32Array, start: number, words: number, target: number): number {
  let highest = -Infinity;
  for (let at = start; at < start + words; at++) highest = Math.max(highest, scores[at]!);
  let sum = 0;
  for (let at = start; at < start + words; at++) sum += Math.exp(scores[at]! - highest);
  return highest + Math.log(sum) - scores[start + target]!;
}
