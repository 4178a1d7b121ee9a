/** Replaying given masks: the ambient table that mask sites look into before they draw. */
import type * as tf from '@tensorflow/tfjs-core';

/** Masks by the site's name (contracts.md section 4), already scaled by 1/(1-p). */
export type Masks = Readonly<Record<string, tf.Tensor>>;

let current: Masks | null = null;

/**
 * Runs `fn`; in training, every site named in `masks` uses that mask whatever its p, the others draw as usual.
 * Names are those below the root module: `0.input_dp` in a language model, `weight_hh_l0` in a lone WeightDropout,
 * `mask` in a lone RNNDropout or EmbeddingDropout. A mask of the wrong shape is an error where it is used.
 */
export function withMasks<T>(masks: Masks, fn: () => T): T {
  const outer = current;
  current = masks;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

export function givenMask(name: string): tf.Tensor | null {
  return current?.[name] ?? null;
}
