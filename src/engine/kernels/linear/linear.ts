/** x Wᵀ + b as one operation with its own gradient: a kernel forward and one backward, one implementation a backend. */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { backwardComposed, forwardComposed } from './composed.ts';
import { backwardOnTensorflow, forwardOnTensorflow } from './tensorflow.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeLinear';
const BACKWARD = 'DropscopeLinearSlopes';

registerOnBackends(FORWARD, { cpu: forwardComposed, wasm: forwardOnWasm, tensorflow: forwardOnTensorflow });
registerOnBackends(BACKWARD, { cpu: backwardComposed, wasm: backwardOnWasm, tensorflow: backwardOnTensorflow });

/** x [..., I], weight [O, I], bias [O] or none; gives [..., O]. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const [outputs = 0, inputs = 0] = weight.shape;
  if (x.shape.at(-1) !== inputs) {
    throw new Error(
      `Linear: the input's last axis is ${x.shape.at(-1)}, the weight [${weight.shape.join(', ')}] needs ${inputs}`,
    );
  }
  const outShape = [...x.shape.slice(0, -1), outputs];
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [x, weight, bias] = args as [tf.Tensor, tf.Tensor, tf.Tensor | undefined];
    const rows = tf.reshape(x, [-1, inputs]);
    const product: tf.Tensor = tf.engine().runKernel(FORWARD, bias ? { x: rows, weight, bias } : { x: rows, weight });
    save([rows, weight]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [rows, weight] = saved as [tf.Tensor, tf.Tensor];
      const slopes = { dy: tf.reshape(dy, [-1, outputs]), x: rows, weight };
      const [dx, ...others] = tf.engine().runKernel(BACKWARD, slopes, { bias: !!bias }) as unknown as tf.Tensor[];
      return [tf.reshape(dx!, x.shape), ...others];
    };
    return { value: tf.reshape(product, outShape), gradFunc };
  });
  return bias ? operation(x, weight, bias) : operation(x, weight);
}
