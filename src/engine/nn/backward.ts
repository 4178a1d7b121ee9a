/** Gradients of any loss with respect to a module's parameters, for library use and tests. */
import * as tf from '@tensorflow/tfjs-core';
import type { Module } from './module.ts';

/**
 * Runs `lossFn` (a scalar from a forward pass of `model`) and gives dloss/dparameter by parameter name; zeros where no
 * gradient reaches. The tensors are the caller's to dispose.
 */
export function backward(model: Module, lossFn: () => tf.Tensor): tf.NamedTensorMap {
  const parameters = [...model.namedParameters()];
  return tf.tidy(() => {
    const { grads } = tf.variableGrads(
      () => scalar(lossFn()),
      parameters.map(([, { variable }]) => variable),
    );
    return Object.fromEntries(
      parameters.map(([name, { variable }]) => [name, grads[variable.name] ?? tf.zeros(variable.shape)]),
    );
  });
}

function scalar(loss: tf.Tensor): tf.Scalar {
  if (loss.size !== 1)
    throw new RangeError(
      `backward: the loss is [${loss.shape.join(', ')}], it must be one number; take its mean or sum`,
    );
  return tf.reshape(loss, []);
}
