/**
 * Matrix products that every backend is quick at. The wasm backend multiplies transposed operands about 20 times
 * slower than plain ones, so transposes are made explicit here; gradients of tf.matMul must not be used in a step.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The transpose of a [R, C]. */
export function transposed(a: tf.Tensor): tf.Tensor2D {
  return tf.transpose(a as tf.Tensor2D, [1, 0]);
}

/** aᵀ b for a [N, A] and b [N, B]: [A, B]; what a weight gradient is, summed over N rows. */
export function transposedProduct(a: tf.Tensor, b: tf.Tensor): tf.Tensor2D {
  return tf.matMul(transposed(a), b as tf.Tensor2D);
}

/** Sums over rows of a [N, C], as a product: wasm's own sum over the first axis transposes first. */
export function columnSums(a: tf.Tensor): tf.Tensor1D {
  const [rows = 0, columns = 0] = a.shape;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), a as tf.Tensor2D), [columns]);
}

/**
 * x Wᵀ + b as one operation with its own gradient. x [..., I], weight [O, I], bias [O] or none; gives [..., O].
 */
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
    const [x, weight, bias] = args as tf.Tensor[];
    const product = tf.matMul(tf.reshape(x!, [-1, inputs]) as tf.Tensor2D, transposed(weight!));
    save([x!, weight!]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, weight] = saved as [tf.Tensor, tf.Tensor2D];
      const dy2 = tf.reshape(dy, [-1, outputs]) as tf.Tensor2D;
      const dx = tf.reshape(tf.matMul(dy2, weight), x.shape);
      // The narrower operand is transposed: x and the small result instead of dy, whose width may be a vocabulary.
      const dWeight = transposed(transposedProduct(tf.reshape(x, [-1, inputs]), dy2));
      return bias ? [dx, dWeight, columnSums(dy2)] : [dx, dWeight];
    };
    return { value: tf.reshape(bias ? tf.add(product, bias) : product, outShape), gradFunc };
  });
  return bias ? operation(x, weight, bias) : operation(x, weight);
}
