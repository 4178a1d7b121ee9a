// Sizes of files in few characters.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteSize } from '../../../src/shared/byteSize.ts';

test('a size has two or three figures and its unit, and is never rounded to none', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9951, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_234_567, '1.2 MB'],
    [20_400_000, '20 MB'],
    [3_210_000_000, '3.2 GB'],
    [4.5e12, '4500 GB'],
  ] as const)
    assert.equal(byteSize(bytes), text);
});
