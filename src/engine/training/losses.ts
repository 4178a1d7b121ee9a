/** The loss of a language model: cross-entropy, and in training the two activation terms. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../kernels/crossEntropy/crossEntropy.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { observe } from '../nn/observe.ts';
import { activationRegularisation, temporalRegularisation } from './regularisers.ts';

/** A batch on the backend: int32, [B, T] each. */
export interface TokenTensors {
  input: tf.Tensor2D;
  target: tf.Tensor2D;
}

/**
 * loss = ce + ar + tar, a scalar; ce is the mean over all B * T targets. In evaluation ar and tar are 0. The parts are
 * published as `loss`, `loss/ce`, `loss/ar` and `loss/tar`, and each target's own
 * cross-entropy [B, T] as `loss/token`.
 */
export function languageModelLoss(
  model: LanguageModel,
  { input, target }: TokenTensors,
  { alpha, beta }: { alpha: number; beta: number },
): tf.Scalar {
  const { logits, raw, dropped } = model.forward(input);
  const ce = crossEntropy(logits, target, (losses) => observe('loss/token', losses));
  const ar = model.training ? activationRegularisation(dropped, alpha) : tf.scalar(0);
  const tar = model.training ? temporalRegularisation(raw, beta) : tf.scalar(0);
  const loss = tf.add<tf.Scalar>(ce, tf.add(ar, tar));
  observe('loss', loss);
  observe('loss/ce', ce);
  observe('loss/ar', ar);
  observe('loss/tar', tar);
  return loss;
}
