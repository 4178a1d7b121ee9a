// Numbers as people read them: fixed decimals, true minus, named non-finite values.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { count, duration, figures, fixed, percent, rate, shapeText } from '../../../src/host/numberFormat.ts';

it('numbers are written as the design says', () => {
  assert.equal(fixed(2.2364, 3), '2.236');
  assert.equal(fixed(-0.113, 4), '−0.1130');
  assert.equal(fixed(1554973045293056, 2), '1.55e15');
  assert.equal(count(99_328), '99,328');
  assert.equal(percent(0.7994), '79.9 %');
  assert.equal(shapeText([512, 128]), '512 × 128');
  assert.equal(shapeText([]), 'scalar');
});

it('norms have three figures, and an exact zero is 0', () => {
  const written = [0, 0.0662, -3.6e-4, 11.24, 5.678, 1234, 2e7].map(figures);
  assert.deepEqual(written, ['0', '0.066', '−3.60e−4', '11.2', '5.68', '1234', '2.00e7']);
});

it('what is not finite is named', () => {
  assert.deepEqual([fixed(NaN, 2), count(Infinity), figures(-Infinity)], ['NaN', '∞', '−∞']);
});

it('speed and time are short', () => {
  assert.deepEqual([rate(940), rate(8240), rate(136_500)], ['940 tok/s', '8.2k tok/s', '137k tok/s']);
  assert.deepEqual([0.2, 40, 130, 7800].map(duration), ['1 s', '40 s', '2 min', '2 h 10 min']);
});
