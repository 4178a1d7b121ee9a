/** Softmax cross-entropy with integer targets, mean over all rows (padding included), as one operation. */
import * as tf from '@tensorflow/tfjs-core';
import { backwardComposed, forwardComposed } from './composed.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeCrossEntropy';
const BACKWARD = 'DropscopeCrossEntropySlope';

for (const backendName of ['cpu', 'tensorflow']) {
  tf.registerKernel({ kernelName: FORWARD, backendName, kernelFunc: forwardComposed });
  tf.registerKernel({ kernelName: BACKWARD, backendName, kernelFunc: backwardComposed });
}
tf.registerKernel({ kernelName: FORWARD, backendName: 'wasm', kernelFunc: forwardOnWasm });
tf.registerKernel({ kernelName: BACKWARD, backendName: 'wasm', kernelFunc: backwardOnWasm });

/** logits [..., V], targets int32 of the leading shape; gives a scalar in nats. */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const vocabulary = logits.shape.at(-1)!;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [logits] = args as [tf.Tensor];
    const rows = tf.reshape(logits, [-1, vocabulary]);
    const ids = tf.reshape(targets, [-1]);
    const [loss, kept] = tf.engine().runKernel(FORWARD, { logits: rows, targets: ids }) as unknown as [
      tf.Scalar,
      tf.Tensor,
    ];
    save([rows, ids, kept]);
    const shape = logits.shape;
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [logits, targets, kept] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      return tf.reshape(tf.engine().runKernel(BACKWARD, { logits, targets, kept, dy }), shape);
    };
    return { value: loss, gradFunc };
  });
  return operation(logits);
}
