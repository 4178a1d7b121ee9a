/** Rows of a table, looked up by token id. */
import * as tf from '@tensorflow/tfjs-core';
import { embeddingRows } from '../kernels/embeddingRows/embeddingRows.ts';
import { type EmbeddingOptions, limitedRows } from '../kernels/embeddingRows/limitedRows.ts';
import { uniform } from '../random/uniform.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Token ids: an int32 tensor, or nested arrays of integers. */
export type TokenIds = tf.Tensor | number[] | number[][];

/**
 * Parameter `weight` [vocabulary, size], uniform within 0.1. The row `padding` is looked up like any other but gets no
 * gradient from the lookup. Options are PyTorch's max_norm, norm_type and scale_grad_by_freq; a limited row is a value
 * looked up, the stored weight only changes in an optimiser step.
 */
export class Embedding extends Module {
  readonly vocabulary: number;
  readonly size: number;
  readonly padding: number | null;
  readonly options: EmbeddingOptions;

  /** Errors: a maxNorm or normType that is not above 0. */
  constructor(vocabulary: number, size: number, padding: number | null = null, options: EmbeddingOptions = {}) {
    super();
    for (const [what, value] of Object.entries({ maxNorm: options.maxNorm, normType: options.normType })) {
      if (value !== undefined && !(value > 0))
        throw new RangeError(`Embedding: ${what} is ${value}, it must be above 0`);
    }
    this.options = options;
    this.vocabulary = vocabulary;
    this.size = size;
    this.padding = padding;
    this.addParameter('weight', new Parameter(uniform([vocabulary, size], 0.1)));
  }

  /**
   * ids of any shape to [...shape, size]; each row times its cell of `mask` [vocabulary, 1], when there is one, and times
   * `scale`.
   */
  forward(ids: TokenIds, mask: tf.Tensor | null = null, scale = 1): tf.Tensor {
    const { maxNorm, scaleGradByFreq = false } = this.options;
    const weight = this.weight('weight');
    return tf.tidy(() => {
      const tokens = this.#asTensor(ids);
      if (maxNorm !== undefined || scaleGradByFreq) {
        return limitedRows(tokens, weight, { mask, scale, padding: this.padding, ...this.options });
      }
      const rows = embeddingRows(tokens, weight, mask, this.padding);
      return scale === 1 ? rows : tf.mul(rows, scale);
    });
  }

  /** Arrays are checked here; a tensor's values are not read, since a step may be recorded. */
  #asTensor(ids: TokenIds): tf.Tensor {
    if (ids instanceof tf.Tensor) return ids.dtype === 'int32' ? ids : tf.cast(ids, 'int32');
    const outside = ids.flat().find((id) => !Number.isInteger(id) || id < 0 || id >= this.vocabulary);
    if (outside !== undefined)
      throw new RangeError(
        `token ${outside} is not in a vocabulary of ${this.vocabulary} (0 to ${this.vocabulary - 1})`,
      );
    return tf.tensor(ids, undefined, 'int32');
  }
}
