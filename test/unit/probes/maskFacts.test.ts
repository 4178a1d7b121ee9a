import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broadcastMask } from '../../../src/engine/probes/broadcastMask.ts';
import { maskFacts } from '../../../src/engine/probes/maskFacts.ts';

const raw = Float32Array.of(0.1, -0.2, 0.3, -0.4);
const mask = Float32Array.of(1.25, 0, 1.25, 0);
const derived = raw.map((value, i) => value * mask[i]!);
const gradient = Float32Array.of(1, 0, 0, 0);

test('a healthy step: derived is raw x mask in every cell, the gradient is zero where the mask is', () => {
  assert.deepEqual(maskFacts(raw, mask, derived, gradient), {
    cells: 4,
    equal: 4,
    dropped: 2,
    gradientZeros: 3,
    gradientZerosDropped: 2,
  });
});

test('one bit off is not equal', () => {
  const off = derived.slice();
  new Uint32Array(off.buffer)[0]! ^= 1;
  assert.equal(maskFacts(raw, mask, off, gradient).equal, 3);
});

test('a gradient that reaches a dropped cell is counted', () => {
  const leaking = Float32Array.of(1, 0.5, 0, 0);
  assert.equal(maskFacts(raw, mask, derived, leaking).gradientZerosDropped, 1);
});

test('row and column masks are repeated over the axis they are constant along', () => {
  const row = broadcastMask({ shape: [2, 1], data: Float32Array.of(0, 2) }, [2, 3]);
  assert.deepEqual([...row.data], [0, 0, 0, 2, 2, 2]);
  const column = broadcastMask({ shape: [1, 3], data: Float32Array.of(0, 2, 4) }, [2, 3]);
  assert.deepEqual([...column.data], [0, 2, 4, 0, 2, 4]);
  assert.throws(() => broadcastMask({ shape: [3, 1], data: new Float32Array(3) }, [2, 3]), /\[3, 1\].*\[2, 3\]/);
});
