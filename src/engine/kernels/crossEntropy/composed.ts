/** Cross-entropy from ordinary tfjs operations. */
import * as tf from '@tensorflow/tfjs-core';

/** logits [N, V], targets int32 [N]; gives the mean loss and dloss/dlogits = (softmax - one-hot) / N. */
export const crossEntropyComposed: tf.KernelFunc = ({ inputs }) => {
  const { logits, targets } = inputs as unknown as { logits: tf.Tensor2D; targets: tf.Tensor1D };
  const [rows, vocabulary] = logits.shape;
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(logits, 1);
    const hit = tf.cast(tf.oneHot(targets, vocabulary), 'float32');
    const loss = tf.div(tf.sum(tf.mul(logProbabilities, hit)), -rows);
    return [loss, tf.div(tf.sub(tf.exp(logProbabilities), hit), rows)];
  });
};
