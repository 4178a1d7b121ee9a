import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownArrays } from '../../../src/supervisor/ownedArrays.ts';

test('views on a pooled buffer become arrays that own exactly their bytes, values and kinds unchanged', () => {
  const pool = new ArrayBuffer(8192);
  const floats = new Float32Array(pool, 16, 3);
  floats.set([1, NaN, -Infinity]);
  const bytes = Buffer.from(pool, 100, 5).fill(7);
  const received = ownArrays({ a: { floats }, list: [bytes, null, 'text'], n: 1 });
  assert.deepEqual([...received.a.floats], [1, NaN, -Infinity]);
  assert.ok(received.a.floats instanceof Float32Array);
  assert.equal(received.a.floats.buffer.byteLength, 12);
  const [copied] = received.list;
  assert.ok(copied instanceof Uint8Array);
  assert.equal(copied.buffer.byteLength, 5);
  assert.deepEqual([...copied], [7, 7, 7, 7, 7]);
});

test('an array that owns its buffer is passed on as it is', () => {
  const own = Float64Array.of(1, 2);
  assert.equal(ownArrays(own), own);
});
