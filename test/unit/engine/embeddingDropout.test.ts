import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { EmbeddingDropout } from '../../../src/engine/dropout/embeddingDropout.ts';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { crossEntropy } from '../../../src/engine/kernels/crossEntropy/crossEntropy.ts';
import { LinearDecoder } from '../../../src/engine/models/linearDecoder.ts';
import { backward } from '../../../src/engine/nn/backward.ts';
import { Embedding } from '../../../src/engine/nn/embedding.ts';
import { Module } from '../../../src/engine/nn/module.ts';
import { withObserver } from '../../../src/engine/nn/observe.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close, same, values } from './tensors.ts';

onEachBackend('D. EmbeddingDropout', () => {
  test('D1 D6 each token vector is all zeros or weight/q, never in part', () => {
    const embedding = new Embedding(10, 4);
    for (const p of [0.5, 0.8]) {
      const rows = new EmbeddingDropout(embedding, p).forward([...Array(10).keys()]);
      const scaled = tf.mul(embedding.weight('weight'), tf.scalar(Math.fround(1 / (1 - p))));
      const dropped = tf.unstack(rows).map((row, id) => {
        const zero = values(row).every((value) => value === 0);
        if (!zero) same(row, tf.unstack(scaled)[id]!);
        return zero;
      });
      assert.ok(dropped.includes(true));
    }
  });

  test('D2 the same id has the same vector everywhere in a call', () => {
    const [[first, , third]] = new EmbeddingDropout(new Embedding(5, 3), 0.5)
      .forward([[2, 1, 2]])
      .arraySync() as number[][][] as [number[][]];
    assert.deepEqual(first, third);
  });

  test('D3 the mask is [V, 1]', () => {
    const shapes: number[][] = [];
    const dropout = new EmbeddingDropout(new Embedding(9, 3), 0.5);
    withObserver(
      (name, tensor) => void (name === 'mask/mask' && shapes.push(tensor.shape)),
      () => dropout.forward([[1]]),
    );
    assert.deepEqual(shapes, [[9, 1]]);
  });

  test('D4 evaluation is the plain lookup', () => {
    const embedding = new Embedding(5, 3);
    same(new EmbeddingDropout(embedding, 0.5).eval().forward([[4, 0]]), embedding.forward([[4, 0]]));
  });

  test('D5 the gradient of a row is its mask times the sum over its occurrences; unseen rows and the padding row get none', () => {
    const dropout = new EmbeddingDropout(new Embedding(5, 2, 1), 0.5);
    const mask = tf.tensor2d([2, 2, 2, 0, 2], [5, 1]);
    const upstream = tf.tensor3d([
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    ]);
    const gradients = withMasks({ mask }, () =>
      backward(dropout, () => tf.sum(tf.mul(dropout.forward([[2, 3, 2, 1]]), upstream))),
    );
    close(gradients['emb.weight']!, [0, 0, 0, 0, 12, 16, 0, 0, 0, 0]);
  });

  test('D7 scale multiplies the result and never the stored weight', () => {
    const embedding = new Embedding(5, 3);
    const before = values(embedding.weight('weight'));
    const dropout = new EmbeddingDropout(embedding, 0).eval();
    same(dropout.forward([[1, 2]], 3), tf.mul(embedding.forward([[1, 2]]), 3));
    same(dropout.forward([[1, 2]], 0), tf.zeros([1, 2, 3]));
    assert.deepEqual(values(embedding.weight('weight')), before);
  });

  test('D8 D9 a tied decoder uses the unmasked weight: the example by hand', () => {
    const embedding = new Embedding(2, 1);
    embedding.parameter('weight')!.assign(tf.tensor2d([1, 3], [2, 1]));
    const dropout = new EmbeddingDropout(embedding, 0.2);
    const decoder = new LinearDecoder(2, 1, { outputP: 0, tieEncoder: embedding, bias: false });
    class Tied extends Module {
      readonly #parts = [this.addChild('0', dropout), this.addChild('1', decoder)] as const;
      forward(): tf.Tensor {
        return this.#parts[1].forward(this.#parts[0].forward([[0]])).logits;
      }
    }
    const model = new Tied();
    let logits: number[] = [];
    const gradients = withMasks({ mask: tf.tensor2d([1.25, 1.25], [2, 1]) }, () =>
      backward(model, () => {
        const out = model.forward();
        logits = values(out);
        return crossEntropy(out, tf.tensor2d([[1]], [1, 1], 'int32'));
      }),
    );
    close(logits, [1.25, 3.75]);
    close(gradients['0.emb.weight']!, [-0.0948227, -0.0948227], 1e-6);
  });

  // F.embedding of PyTorch 2.13 in float64 on weight * mask * scale, with the loss sum(rows * UPSTREAM).
  const WEIGHT = [0.3, -0.4, 3, 4, -1, 2, 0.5, 0.5];
  const UPSTREAM = [1, 2, 3, 4, 5, 6, 7, 8];
  for (const { what, options, padding, scale, rows, gradient } of [
    {
      what: 'max_norm limits rows after mask and scale, and gradients do not know of it',
      options: { maxNorm: 1 },
      padding: null,
      scale: 3,
      rows: [-0.4472136, 0.8944272, 0.6, -0.8, -0.4472136, 0.8944272, 0.7071068, 0.7071068],
      gradient: [18, 24, 0, 0, 36, 48, 42, 48],
    },
    {
      what: 'norm_type says which norm',
      options: { maxNorm: 1, normType: 1 },
      padding: null,
      scale: 1,
      rows: [-0.3333333, 0.6666667, 0.4285714, -0.5714285, -0.3333333, 0.6666667, 0.5, 0.5],
      gradient: [6, 8, 0, 0, 12, 16, 14, 16],
    },
    {
      what: 'scale_grad_by_freq divides by the occurrences',
      options: { scaleGradByFreq: true },
      padding: null,
      scale: 1,
      rows: [-2, 4, 0.6, -0.8, -2, 4, 1, 1],
      gradient: [6, 8, 0, 0, 6, 8, 14, 16],
    },
    {
      what: 'all of them with a padding row',
      options: { maxNorm: 1.5, normType: 3, scaleGradByFreq: true },
      padding: 0,
      scale: 3,
      rows: [-0.7211248, 1.4422496, 1.0004576, -1.3339435, -0.7211248, 1.4422496, 1.1905508, 1.1905508],
      gradient: [0, 0, 0, 0, 18, 24, 42, 48],
    },
  ]) {
    test(`${what}; the stored weight is never touched`, () => {
      const embedding = new Embedding(4, 2, padding, options);
      embedding.parameter('weight')!.assign(tf.tensor2d(WEIGHT, [4, 2]));
      const dropout = new EmbeddingDropout(embedding, 0.5);
      const upstream = tf.tensor3d(UPSTREAM, [1, 4, 2]);
      let found: number[] = [];
      const gradients = withMasks({ mask: tf.tensor2d([2, 0, 2, 2], [4, 1]) }, () =>
        backward(dropout, () => {
          const out = dropout.forward([[2, 0, 2, 3]], scale);
          found = values(out);
          return tf.sum(tf.mul(out, upstream));
        }),
      );
      close(found, rows, 1e-5);
      close(gradients['emb.weight']!, gradient, 1e-4);
      close(embedding.weight('weight'), WEIGHT, 1e-7);
      dropout.eval().forward([[1, 1]], scale);
      close(embedding.weight('weight'), WEIGHT, 1e-7);
    });
  }

  test('a norm that is not above 0 is refused', () => {
    assert.throws(() => new Embedding(4, 2, null, { maxNorm: 0 }), /maxNorm is 0, it must be above 0/);
  });

  test('a token outside the vocabulary is refused in words', () => {
    assert.throws(() => new Embedding(5, 3).forward([[1, 5]]), /token 5 is not in a vocabulary of 5 \(0 to 4\)/);
  });
});
