/**
 * Monte Carlo dropout (Gal and Ghahramani 2016): several predictions in evaluation mode with the weights of mode "always"
 * dropped anew each time; their spread says how sure the model is. Draws are those of evaluation, so training masks stay
 * where they were.
 */
import * as tf from '@tensorflow/tfjs-core';
import { WeightDropout } from '../dropout/weightDropout.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { TokenIds } from '../nn/embedding.ts';
import { evaluationCall, withDraws } from '../random/draws.ts';
import { undisturbed } from './evaluate.ts';

export interface MonteCarloOptions {
  /** How many predictions. */
  readonly samples: number;
  readonly seed: number;
}

export interface MonteCarloPrediction {
  /** Mean over the samples of the probability of each next word, [B, T, V]; the caller disposes it. */
  readonly mean: tf.Tensor3D;
  /** Its standard deviation over the samples, [B, T, V]; the caller disposes it. */
  readonly deviation: tf.Tensor3D;
}

/**
 * Predicts after token ids [B, T] from a zero state; mode and carried state of the model come back. The same seed gives
 * the same samples. Errors: samples below 1, a model in which nothing is drawn in evaluation.
 */
export function monteCarlo(
  model: LanguageModel,
  ids: TokenIds,
  { samples, seed }: MonteCarloOptions,
): MonteCarloPrediction {
  if (!Number.isInteger(samples) || samples < 1)
    throw new RangeError(`samples: ${samples} is not usable; give 1 or more`);
  const draws = [...model.namedModules().values()].some(
    (module) => module instanceof WeightDropout && module.mode === 'always' && module.weightP > 0,
  );
  if (!draws) {
    throw new Error(
      'nothing is drawn in evaluation: every sample would be the same (set weight_drop.mode to "always")',
    );
  }
  return undisturbed(model, () =>
    tf.tidy(() => {
      let [sum, squares]: tf.Tensor[] = [tf.scalar(0), tf.scalar(0)];
      for (let sample = 0; sample < samples; sample++) {
        model.reset();
        const call = tf.tensor1d([evaluationCall(sample) | 0], 'int32');
        const probabilities = withDraws({ seed, call }, () => tf.softmax(model.forward(ids).logits));
        sum = tf.add(sum!, probabilities);
        squares = tf.add(squares!, tf.square(probabilities));
      }
      const mean = tf.div<tf.Tensor3D>(sum!, samples);
      // Rounding can take a variance of zero a little below it.
      const variance = tf.maximum(tf.sub(tf.div(squares!, samples), tf.square(mean)), 0);
      return { mean, deviation: tf.sqrt<tf.Tensor3D>(variance as tf.Tensor3D) };
    }),
  );
}
