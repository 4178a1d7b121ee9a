// Embedding rows and their gradient on the wasm backend against the cpu backend: any ids, masks, padding, one thread and two.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { embeddingRows } from '../../../src/engine/kernels/embeddingRows/embeddingRows.ts';
import { assertClose, numbers, startKernels, stopKernels } from './support.ts';

after(stopKernels);

interface Lookup {
  vocabulary: number;
  size: number;
  ids: number[];
  dropped: boolean[] | null;
  padding: number | null;
}

const lookups: fc.Arbitrary<Lookup> = fc.integer({ min: 1, max: 9 }).chain((vocabulary) =>
  fc.record({
    vocabulary: fc.constant(vocabulary),
    size: fc.integer({ min: 1, max: 21 }),
    ids: fc.array(fc.integer({ min: 0, max: vocabulary - 1 }), { minLength: 1, maxLength: 30 }),
    dropped: fc.option(fc.array(fc.boolean(), { minLength: vocabulary, maxLength: vocabulary })),
    padding: fc.option(fc.integer({ min: 0, max: vocabulary - 1 })),
  }),
);

function pass({ vocabulary, size, ids, dropped, padding }: Lookup): { rows: Float32Array; slope: Float32Array } {
  return tf.tidy(() => {
    const weight = tf.tensor2d(numbers(vocabulary * size, 1), [vocabulary, size]);
    const dy = tf.tensor2d(numbers(ids.length * size, 2), [ids.length, size]);
    const mask = dropped
      ? tf.tensor2d(
          Float32Array.from(dropped, (drop) => (drop ? 0 : 1.25)),
          [vocabulary, 1],
        )
      : null;
    const look = (weight: tf.Tensor): tf.Tensor => embeddingRows(tf.tensor1d(ids, 'int32'), weight, mask, padding);
    const { value, grad } = tf.valueAndGrad(look)(weight, dy);
    return { rows: value.dataSync<'float32'>(), slope: grad.dataSync<'float32'>() };
  });
}

test('any lookup and its gradient equal those of the cpu backend', async () => {
  await startKernels({ threads: 2 });
  await chooseBackend('cpu');
  await fc.assert(
    fc.asyncProperty(lookups, async (lookup) => {
      await tf.setBackend('wasm');
      const actual = pass(lookup);
      await tf.setBackend('cpu');
      const wanted = pass(lookup);
      assert.deepEqual(actual.rows, wanted.rows);
      assertClose(actual.slope, wanted.slope, 1e-6, 'slope');
    }),
  );
});

test('one thread and two give the same bits, for a table worth sharing', async () => {
  const ids = Array.from({ length: 700 }, (_, at) => (at * at) % 977);
  const dropped = Array.from({ length: 1000 }, (_, at) => at % 3 === 0);
  const lookup = { vocabulary: 1000, size: 403, ids, dropped, padding: 4 };
  await startKernels({ threads: 2 });
  const two = pass(lookup);
  await startKernels({ threads: 1 });
  assert.deepEqual(pass(lookup), two);
});

test('a token outside the vocabulary is refused in words', async () => {
  await startKernels({ threads: 2 });
  const outside = { vocabulary: 3, size: 2, ids: [0, 3], dropped: null, padding: null };
  assert.throws(() => pass(outside), /^RangeError: token 3 is not in the vocabulary of 3$/);
});

test('a sum of segments leaves out what belongs to none', async () => {
  await startKernels({ threads: 2 });
  const sums = tf.tidy(() =>
    tf
      .unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]), tf.tensor1d([1, -1, 1, 3], 'int32'), 3)
      .dataSync(),
  );
  assert.deepEqual([...sums], [0, 0, 6, 8, 0, 0]);
});
