// Mask bits of the wasm kernel against the TypeScript Philox they must equal, and against Random123's published answers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { bernoulliMask } from '../../../src/engine/kernels/mask/mask.ts';
import { philoxWords } from '../../../src/shared/philox.ts';
import { startKernels, stopKernels } from './support.ts';

after(stopKernels);

interface Key {
  seed: number;
  site: number;
  call: number;
  repeat: number;
}

function maskOf(size: number, p: number, { call, ...key }: Key): number[] {
  return tf.tidy(() => {
    const draw = { ...key, call: tf.tensor1d([call], 'int32') };
    return Array.from(bernoulliMask([size], p, draw).dataSync<'float32'>());
  });
}

function wanted(size: number, p: number, key: Key): number[] {
  const words = philoxWords(Math.ceil(size / 2), key);
  const threshold = Math.round(p * 65536);
  return Array.from({ length: size }, (_, at) => {
    const uniform = at % 2 === 0 ? words[at >> 1]! & 0xffff : words[at >> 1]! >>> 16;
    return uniform < threshold ? 0 : Math.fround(1 / (1 - p));
  });
}

const word = fc.integer({ min: 0, max: 0x7fffffff });

test('any key, size and probability gives the bits of the reference', async () => {
  const kernels = await startKernels({ threads: 2 });
  assert.equal(kernels.threads, 2);
  fc.assert(
    fc.property(
      fc.record({ seed: word, site: fc.integer({ min: 0, max: 0xffffffff }), call: word, repeat: word }),
      fc.integer({ min: 1, max: 300 }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (key, size, p) => {
        assert.deepEqual(maskOf(size, p, key), wanted(size, p, key));
      },
    ),
    { numRuns: 200 },
  );
});

test('a mask large enough for all threads is the reference too, to its last cell', async () => {
  await startKernels({ threads: 2 });
  const key = { seed: 1, site: 0xfffffff0, call: 17, repeat: 0 };
  for (const size of [100_003, 65_536]) assert.deepEqual(maskOf(size, 0.2, key), wanted(size, 0.2, key));
});

test('thresholds at both ends', async () => {
  await startKernels({ threads: 2 });
  const key = { seed: 3, site: 4, call: 5, repeat: 6 };
  for (const p of [1 / 65536, 0.5, 65535 / 65536])
    assert.deepEqual(maskOf(4096, p, key), wanted(4096, p, key), `p ${p}`);
});

test("Random123's known answers, read off the masks they give", async () => {
  await startKernels({ threads: 2 });
  // Key 0 and counter 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
  const uniforms = [0xe8d5, 0x6627, 0xc58d, 0xe169, 0xac4c, 0xbc57, 0xdbd8, 0x9b00];
  const zero = { seed: 0, site: 0, call: 0, repeat: 0 };
  for (const [at, uniform] of uniforms.entries()) {
    const keptAt = (threshold: number): boolean => maskOf(8, threshold / 65536, zero)[at]! > 0;
    assert.equal(keptAt(uniform), true, `cell ${at} is kept at its own uniform`);
    assert.equal(keptAt(uniform + 1), false, `cell ${at} is dropped just above it`);
  }
});
