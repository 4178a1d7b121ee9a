/** dropout_mask of fastai: the bare mask, for people who build their own modules. */
import * as tf from '@tensorflow/tfjs-core';
import { bernoulliMask, checkProbability } from '../kernels/mask/mask.ts';
import { nextDraw } from '../random/draws.ts';
import { fnv1a } from '../../shared/fnv1a.ts';

const STREAM = fnv1a('dropoutMask');

/**
 * A mask of `shape`: each cell 0 with probability p (in [0, 1], else a RangeError), otherwise exactly
 * fround(1/(1-p)). Every call gives a new one; seed(n) restarts the sequence.
 */
export function dropoutMask(shape: number[], p: number): tf.Tensor {
  checkProbability(p, 'dropoutMask');
  return tf.tidy(() => bernoulliMask(shape, p, nextDraw(STREAM)));
}
