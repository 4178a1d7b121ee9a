/** Cross-entropy from ordinary tfjs operations. */
import * as tf from '@tensorflow/tfjs-core';

/** logits [N, V], targets int32 [N]; gives the mean loss, each row's loss [N], and log softmax as what backward wants kept. */
export const forwardComposed: tf.KernelFunc = ({ inputs }) => {
  const { logits, targets } = inputs as unknown as { logits: tf.Tensor2D; targets: tf.Tensor1D };
  const [rows, vocabulary] = logits.shape;
  return tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(logits, 1);
    const hit = tf.cast(tf.oneHot(targets, vocabulary), 'float32');
    const losses = tf.neg(tf.sum(tf.mul(logProbabilities, hit), 1));
    return [tf.div(tf.sum(losses), rows), losses, logProbabilities];
  });
};

/** dy is dloss, a scalar, `kept0` what forward gave; the result is (softmax - one-hot) dy / N, [N, V]. */
export const backwardComposed: tf.KernelFunc = ({ inputs }) => {
  const { targets, kept0, dy } = inputs as unknown as { targets: tf.Tensor1D; kept0: tf.Tensor2D; dy: tf.Scalar };
  const [rows, vocabulary] = kept0.shape;
  return tf.tidy(() => {
    const hit = tf.cast(tf.oneHot(targets, vocabulary), 'float32');
    return tf.mul(tf.sub(tf.exp(kept0), hit), tf.div(dy, rows));
  });
};
