/** A batch as it comes from the text, checked before it goes to the backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { TokenTensors } from './losses.ts';

/** Token ids [rows, length], row-major; target is the token after each input. */
export interface TokenBatch {
  readonly input: Int32Array;
  readonly target: Int32Array;
  readonly rows: number;
  readonly length: number;
}

/** Throws when the sizes disagree or a token is outside the vocabulary: inside a step nothing is looked at. */
export function checkBatch({ input, target, rows, length }: TokenBatch, vocabulary: number): void {
  for (const [what, ids] of [
    ['input', input],
    ['target', target],
  ] as const) {
    if (ids.length !== rows * length || ids.length === 0) {
      throw new RangeError(
        `batch: ${what} has ${ids.length} tokens, ${rows} rows of ${length} need ${rows * length} (at least one)`,
      );
    }
    const outside = ids.find((id) => id < 0 || id >= vocabulary);
    if (outside !== undefined)
      throw new RangeError(
        `batch: ${what} token ${outside} is not in the model's vocabulary of ${vocabulary} (0 to ${vocabulary - 1})`,
      );
  }
}

/** A batch that was checked, on the backend. */
export function batchTensors(batch: TokenBatch, vocabulary: number): TokenTensors {
  checkBatch(batch, vocabulary);
  const { input, target, rows, length } = batch;
  return { input: tf.tensor2d(input, [rows, length], 'int32'), target: tf.tensor2d(target, [rows, length], 'int32') };
}
