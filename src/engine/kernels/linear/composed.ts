/** The linear map from ordinary tfjs operations. */
import * as tf from '@tensorflow/tfjs-core';
import { columnSums, transposed, transposedProduct } from '../product.ts';

/** x [N, I], weight [O, I], bias [O] or absent; gives [N, O]. */
export const forwardComposed: tf.KernelFunc = ({ inputs }) => {
  const { x, weight, bias } = inputs as { x: tf.Tensor2D; weight: tf.Tensor2D; bias?: tf.Tensor1D };
  return tf.tidy(() => {
    const product = tf.matMul(x, transposed(weight));
    return bias ? tf.add(product, bias) : product;
  });
};

/** dy [N, O], x [N, I], weight [O, I]; gives dx, dweight and, when the attribute `bias` is true, dbias [O]. */
export const backwardComposed: tf.KernelFunc = ({ inputs, attrs }) => {
  const { dy, x, weight } = inputs as Record<'dy' | 'x' | 'weight', tf.Tensor2D>;
  return tf.tidy(() => {
    // The narrower operand is transposed: x and the small result instead of dy, whose width may be a vocabulary.
    const slopes: tf.Tensor[] = [tf.matMul(dy, weight), transposed(transposedProduct(x, dy))];
    return attrs!['bias'] === true ? [...slopes, columnSums(dy)] : slopes;
  });
};
