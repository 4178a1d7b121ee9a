/** A previewed mask is the mask that training draws, bit for bit, wherever its corner is cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { bernoulliMask } from '../../../src/engine/kernels/mask/mask.ts';
import { fnv1a } from '../../../src/shared/fnv1a.ts';
import { maskCorner } from '../../../src/shared/maskDraw.ts';

await tf.setBackend('cpu');

test('the corner of a mask is the corner of the mask kernel’s', () => {
  const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 17 }));
  fc.assert(
    fc.property(sizes, fc.constantFrom(0, 0.02, 0.2, 0.5, 1), fc.nat(5), ([rows, cols], p, step) => {
      const name = '0.rnns.0.weight_hh_l0';
      const call = tf.tensor1d([step], 'int32');
      const whole = bernoulliMask([rows, cols], p, { seed: 3, site: fnv1a(name), call, repeat: 0 }).dataSync();
      const [shownRows, shownCols] = [Math.ceil(rows / 2), Math.ceil(cols / 2)];
      const corner = maskCorner({ name, cols, p, seed: 3, step }, shownRows, shownCols);
      for (let row = 0; row < shownRows; row++) {
        for (let col = 0; col < shownCols; col++) {
          const wanted = whole[row * cols + col] === 0 ? 0 : 1;
          assert.equal(corner[row * shownCols + col], wanted);
        }
      }
    }),
    { numRuns: 60 },
  );
});
