/**
 * Rows of an embedding, looked up before they are masked: the same values as masking the whole table, without
 * touching V x E cells. Its own gradient adds up the occurrences of each id.
 */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { backwardComposed, type EmbeddingRowsAttributes, forwardComposed } from './composed.ts';
import './unsortedSegmentSum.ts';
import { backwardOnTensorflow, forwardOnTensorflow } from './tensorflow.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeEmbeddingRows';
const BACKWARD = 'DropscopeEmbeddingRowsSlope';

registerOnBackends(FORWARD, { cpu: forwardComposed, wasm: forwardOnWasm, tensorflow: forwardOnTensorflow });
registerOnBackends(BACKWARD, { cpu: backwardComposed, wasm: backwardOnWasm, tensorflow: backwardOnTensorflow });

/**
 * ids int32 of any shape, weight [V, E], mask [V, 1] or none; gives [...ids.shape, E].
 * dloss/dweight[v] is mask[v] times the sum over v's occurrences; the row `padding` gets none (its value is used).
 */
export function embeddingRows(
  ids: tf.Tensor,
  weight: tf.Tensor,
  mask: tf.Tensor | null,
  padding: number | null,
): tf.Tensor {
  const [vocabulary = 0, size = 0] = weight.shape;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [weight] = args as [tf.Tensor];
    const flat = tf.reshape(ids, [-1]);
    const rows: tf.Tensor = tf.engine().runKernel(FORWARD, mask ? { ids: flat, weight, mask } : { ids: flat, weight });
    save(mask ? [flat, mask] : [flat]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [ids, mask] = saved as [tf.Tensor, tf.Tensor | undefined];
      const slopes = { ids, dy: tf.reshape(dy, [-1, size]) };
      const attributes: EmbeddingRowsAttributes = { vocabulary, padding: padding ?? -1 };
      return tf.engine().runKernel(BACKWARD, mask ? { ...slopes, mask } : slopes, { ...attributes });
    };
    return { value: tf.reshape(rows, [...ids.shape, size]), gradFunc };
  });
  return operation(weight);
}
