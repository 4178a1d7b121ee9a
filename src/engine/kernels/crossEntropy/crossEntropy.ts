/** Softmax cross-entropy with integer targets, mean over all rows (padding included), as one operation. */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { backwardComposed, forwardComposed } from './composed.ts';
import { backwardOnTensorflow, forwardOnTensorflow } from './tensorflow.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeCrossEntropy';
const BACKWARD = 'DropscopeCrossEntropySlope';

registerOnBackends(FORWARD, { cpu: forwardComposed, wasm: forwardOnWasm, tensorflow: forwardOnTensorflow });
registerOnBackends(BACKWARD, { cpu: backwardComposed, wasm: backwardOnWasm, tensorflow: backwardOnTensorflow });

/**
 * logits [..., V], targets int32 of the leading shape; gives a scalar in nats. `seen` is shown the loss of each row, of the
 * targets' shape; no gradient goes through it, and it is gone afterwards unless kept.
 */
export function crossEntropy(
  logits: tf.Tensor,
  targets: tf.Tensor,
  seen: (losses: tf.Tensor) => void = () => undefined,
): tf.Scalar {
  const vocabulary = logits.shape.at(-1)!;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [logits] = args as [tf.Tensor];
    const rows = tf.reshape(logits, [-1, vocabulary]);
    const ids = tf.reshape(targets, [-1]);
    const [loss, losses, ...kept] = tf.engine().runKernel(FORWARD, { logits: rows, targets: ids }) as unknown as [
      tf.Scalar,
      tf.Tensor1D,
      ...tf.Tensor[],
    ];
    seen(tf.reshape(losses, targets.shape));
    // What a backend keeps is read by its own backward.
    save([ids, ...kept, rows]);
    const shape = logits.shape;
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [targets, ...others] = saved as [tf.Tensor, ...tf.Tensor[]];
      const logits = others.pop()!;
      const kept = Object.fromEntries(others.map((tensor, at) => [`kept${at}`, tensor]));
      return tf.reshape(tf.engine().runKernel(BACKWARD, { logits, targets, dy, ...kept }), shape);
    };
    return { value: loss, gradFunc };
  });
  return operation(logits);
}
