/** Initial weights: uniform values from Philox, the same on every backend and for every order of later draws. */
import * as tf from '@tensorflow/tfjs-core';
import { nextInitialisation } from './draws.ts';
import { philoxWords } from '../../shared/philox.ts';

/** A float32 tensor of `shape`, uniform on [-bound, bound), with 24 random bits a value. */
export function uniform(shape: number[], bound: number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const words = philoxWords(size, nextInitialisation());
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = ((words[i]! >>> 8) / 0x800000 - 1) * bound;
  return tf.tensor(values, shape);
}
