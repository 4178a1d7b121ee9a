/** Softmax cross-entropy with integer targets, mean over all rows (padding included), as one operation. */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropyComposed } from './composed.ts';
import { crossEntropyOnWasm } from './wasm.ts';

const KERNEL = 'DropscopeCrossEntropy';

tf.registerKernel({ kernelName: KERNEL, backendName: 'cpu', kernelFunc: crossEntropyComposed });
tf.registerKernel({ kernelName: KERNEL, backendName: 'tensorflow', kernelFunc: crossEntropyComposed });
tf.registerKernel({ kernelName: KERNEL, backendName: 'wasm', kernelFunc: crossEntropyOnWasm });

/** logits [..., V], targets int32 of the leading shape; gives a scalar in nats. */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const vocabulary = logits.shape.at(-1)!;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [logits] = args as [tf.Tensor];
    const flat = { logits: tf.reshape(logits, [-1, vocabulary]), targets: tf.reshape(targets, [-1]) };
    const [loss, slope] = tf.engine().runKernel(KERNEL, flat) as unknown as [tf.Scalar, tf.Tensor];
    save([slope]);
    const shape = logits.shape;
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => tf.reshape(tf.mul(saved[0]!, dy), shape);
    return { value: loss, gradFunc };
  });
  return operation(logits) as tf.Scalar;
}
