/**
 * tf.clone on the wasm backend without copying: one more reference to the same values, as on the other backends. tfjs's own
 * kernel copies, which for a model's parameters is a good part of a step. Nothing writes into a tensor in place.
 */
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

interface ReferenceCounting {
  incRef(dataId: object): void;
}

const identity: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x'] as tf.TensorInfo;
  (backend as ReferenceCounting).incRef(dataId);
  return { dataId, shape, dtype };
};

tf.unregisterKernel('Identity', 'wasm');
tf.registerKernel({ kernelName: 'Identity', backendName: 'wasm', kernelFunc: identity });
