/** Rows of a table, looked up by token id. */
import * as tf from '@tensorflow/tfjs-core';
import { embeddingRows } from '../kernels/embeddingRows/embeddingRows.ts';
import { uniform } from '../random/uniform.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Token ids: an int32 tensor, or nested arrays of integers. */
export type TokenIds = tf.Tensor | number[] | number[][];

/**
 * Parameter `weight` [vocabulary, size], uniform within 0.1. The row `padding` is looked up like any other but gets no
 * gradient from the lookup.
 */
export class Embedding extends Module {
  readonly vocabulary: number;
  readonly size: number;
  readonly padding: number | null;

  constructor(vocabulary: number, size: number, padding: number | null = null) {
    super();
    this.vocabulary = vocabulary;
    this.size = size;
    this.padding = padding;
    this.addParameter('weight', new Parameter(uniform([vocabulary, size], 0.1)));
  }

  /** ids of any shape to [...shape, size]; each row times its cell of `mask` [vocabulary, 1], when there is one. */
  forward(ids: TokenIds, mask: tf.Tensor | null = null): tf.Tensor {
    return this.lookUp(ids, this.weight('weight'), mask);
  }

  /** The same with another table of the same shape. */
  lookUp(ids: TokenIds, weight: tf.Tensor, mask: tf.Tensor | null): tf.Tensor {
    return tf.tidy(() => embeddingRows(this.#asTensor(ids), weight, mask, this.padding));
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
