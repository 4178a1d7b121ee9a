// Cross-entropy on the wasm kernels against plain loops in double precision: odd vocabularies, one row, extreme scores.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../../src/engine/kernels/crossEntropy/crossEntropy.ts';
import { assertClose, numbers, startKernels, stopKernels } from './support.ts';

after(stopKernels);

function onWasm(scores: Float32Array, targets: number[], vocabulary: number, weight: number) {
  return tf.tidy(() => {
    const logits = tf.tensor2d(scores, [targets.length, vocabulary]);
    const ids = tf.tensor1d(targets, 'int32');
    const loss = (x: tf.Tensor): tf.Scalar => tf.mul(crossEntropy(x, ids), weight);
    const { value, grad } = tf.valueAndGrad(loss)(logits);
    return { loss: value.dataSync()[0]!, slope: grad.dataSync<'float32'>() };
  });
}

function reference(scores: Float32Array, targets: number[], vocabulary: number, weight: number) {
  const rows = targets.length;
  let loss = 0;
  const slope = new Float64Array(rows * vocabulary);
  for (const [row, target] of targets.entries()) {
    const logits = scores.subarray(row * vocabulary, (row + 1) * vocabulary);
    const largest = logits.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - largest);
    loss += Math.log(sum) + largest - logits[target]!;
    for (const [k, logit] of logits.entries()) {
      const hit = k === target ? 1 : 0;
      slope[row * vocabulary + k] = (weight * (Math.exp(logit - largest) / sum - hit)) / rows;
    }
  }
  return { loss: (weight * loss) / rows, slope };
}

test('loss and slope equal plain loops', async () => {
  await startKernels({ threads: 2 });
  for (const [rows, vocabulary, scale] of [
    [1, 1, 1],
    [1, 3, 2],
    [7, 97, 5],
    [33, 3001, 20],
    [5, 6, 500],
  ] as const) {
    const scores = numbers(rows * vocabulary, rows, scale);
    const targets = Array.from({ length: rows }, (_, row) => (row * 31) % vocabulary);
    const [actual, wanted] = [onWasm(scores, targets, vocabulary, 3), reference(scores, targets, vocabulary, 3)];
    const size = `${rows} x ${vocabulary}`;
    assert.ok(Math.abs(actual.loss - wanted.loss) <= 2e-6 * Math.max(1, wanted.loss), `loss of ${size}`);
    assertClose(actual.slope, wanted.slope, 1e-6, `slope of ${size}`);
  }
});

test('a score that is not a number makes the loss not a number', async () => {
  await startKernels({ threads: 2 });
  const { loss } = onWasm(Float32Array.of(0, NaN, 1, 2, 0, 1), [0, 1], 3, 1);
  assert.ok(Number.isNaN(loss));
});
