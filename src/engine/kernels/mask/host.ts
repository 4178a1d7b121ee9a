/** The mask kernel of the cpu backend: Philox in plain TypeScript. */
import * as tf from '@tensorflow/tfjs-core';
import { uniform16 } from '../../../shared/maskDraw.ts';
import { philoxWords } from '../../../shared/philox.ts';
import type { MaskAttributes } from './mask.ts';

/** Reads the declared input `call` on the host, as a gather reads its indices. */
export const maskOnHost: tf.KernelFunc = ({ inputs, attrs }) => {
  const { shape, threshold, scale, seed, site, repeat } = attrs as unknown as MaskAttributes;
  const call = (inputs['call'] as tf.Tensor1D).dataSync<'int32'>()[0]!;
  const size = tf.util.sizeFromShape(shape);
  const words = philoxWords((size + 1) >> 1, { seed, site, call, repeat });
  const mask = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    mask[i] = uniform16(words, i) < threshold ? 0 : scale;
  }
  return tf.tensor(mask, shape);
};
