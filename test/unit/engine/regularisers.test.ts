import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { clipFactor, globalNorm } from '../../../src/engine/training/clip.ts';
import { crossEntropy } from '../../../src/engine/kernels/crossEntropy/crossEntropy.ts';
import { activationRegularisation, temporalRegularisation } from '../../../src/engine/training/regularisers.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close } from './tensors.ts';

onEachBackend('H. losses, regularisers and clipping', () => {
  test('H1 AR with alpha 2 and TAR with beta 1 by hand', () => {
    const h = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 3, 2]);
    close(activationRegularisation(h, 2), [30.3333333], 1e-5);
    close(temporalRegularisation(h, 1), [4]);
  });

  test('H2 TAR differs along time, not along the batch', () => {
    close(temporalRegularisation(tf.tensor3d([0, 1, 10, 11], [2, 2, 1]), 1), [1]);
  });

  test('H3 TAR of a single time step is 0, of a single row it counts', () => {
    close(temporalRegularisation(tf.ones([3, 1, 2]), 1), [0]);
    close(temporalRegularisation(tf.tensor3d([0, 2], [1, 2, 1]), 1), [4]);
  });

  test('the mean over two million squares keeps six digits', () => {
    close(activationRegularisation(tf.fill([50, 100, 400], 0.1), 100), [1], 1e-6);
  });

  test('H8 clipping at .25: [3, 4] becomes [.15, .2], a small gradient stays', () => {
    const clipped = (gradient: tf.Tensor, limit: number): tf.Tensor =>
      tf.mul(gradient, clipFactor(globalNorm([tf.sum(tf.square(gradient))]), limit));
    close(clipped(tf.tensor1d([3, 4]), 0.25), [0.15, 0.2]);
    assert.deepEqual(clipped(tf.tensor1d([0.125, 0.125]), 0.25).arraySync(), [0.125, 0.125]);
    assert.deepEqual(clipped(tf.tensor1d([3, 4]), 0).arraySync(), [3, 4]);
  });

  test('G10 uniform scores cost ln V, and its gradient is softmax minus one-hot over N', () => {
    const targets = tf.tensor1d([3, 1], 'int32');
    close(crossEntropy(tf.zeros([2, 10000]), targets), [9.2103404], 1e-5);
    const slope = tf.grad((logits) => crossEntropy(logits, targets))(tf.zeros([2, 4]));
    close(slope, [0.125, 0.125, 0.125, -0.375, 0.125, -0.375, 0.125, 0.125]);
  });

  test('scores far apart overflow nothing', () => {
    close(
      crossEntropy(
        tf.tensor2d([
          [1000, 0],
          [0, 1000],
        ]),
        tf.tensor1d([0, 0], 'int32'),
      ),
      [500],
      1e-3,
    );
  });
});
