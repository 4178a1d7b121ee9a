/** Numbers on the page: a true minus, thousands with a comma, exact zeros only for zero. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  count,
  duration,
  fixed,
  integer,
  maskValue,
  percent,
  probability,
  significant,
  tick,
  weight,
} from '../../webview/shared/format.ts';
import { lossScale, normScale } from '../../webview/inspector/valueScales.ts';

test('losses, perplexities and counts', () => {
  assert.equal(fixed(2.2361, 3), '2.236');
  assert.equal(fixed(1234.5, 2), '1,234.50');
  assert.equal(fixed(-0.113, 4), '−0.1130');
  assert.equal(fixed(-0.00001, 2), '0.00', 'a rounded zero has no sign');
  assert.equal(integer(13171), '13,171');
  assert.equal(count(1, 'word'), '1 word');
  assert.equal(count(1120, 'word'), '1,120 words');
});

test('numbers that run away stay short', () => {
  assert.equal(fixed(2.0786e30, 3), '2.08e30');
  assert.equal(fixed(-1e6, 2), '−1.00e6');
  assert.equal(weight(-7.7668e29), '−7.77e29');
  assert.equal(integer(100_000_000), '100,000,000', 'counts are written out');
  assert.deepEqual([0, 0.05, 2000, 1e7, 2e30, -1e-5].map(tick), ['0', '0.05', '2000', '1e7', '2e30', '−1e−5']);
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => fixed(value, 4).length <= 13 && weight(value).length <= 9),
  );
});

test('axes of losses and norms write numbers that run away short, in every chart', () => {
  const { callback } = lossScale(() => false).ticks;
  assert.deepEqual([6, 0.05, 2000, 2e30].map(callback), ['6', '0.05', '2k', '2e30']);
  assert.deepEqual([0.1, 2e30, 1e-9].map(normScale(() => false).ticks.callback), ['0.1', '2e30', '1e−9']);
});

test('what is not finite says so', () => {
  for (const write of [(x: number) => fixed(x, 2), significant, percent, maskValue, probability]) {
    assert.equal(write(NaN), 'NaN');
    assert.equal(write(Infinity), '∞');
    assert.equal(write(-Infinity), '−∞');
  }
});

test('gradients have three figures, with an exponent when small', () => {
  assert.equal(significant(-3.6e-4), '−3.60e−4');
  assert.equal(significant(0.0662), '0.0662');
  assert.equal(significant(0), '0');
  assert.equal(significant(0.0147, 2), '0.015');
  assert.equal(significant(12345), '1.23e4');
  assert.equal(significant(0.0009996), '0.00100', 'the exponent is that of the rounded number');
});

test('a weight looks like zero only when it is zero', () => {
  assert.equal(weight(0.1588), '0.1588');
  assert.equal(weight(0), '0');
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -10, max: 10 }), (x) => {
      const shown = weight(Math.fround(x));
      assert.equal(/[1-9]/.test(shown), Math.fround(x) !== 0);
    }),
  );
});

test('shares, probabilities, mask values and durations', () => {
  assert.equal(percent(0.799), '79.9 %');
  assert.equal(probability(0.2), '0.20');
  assert.equal(probability(0.025), '0.025');
  assert.equal(maskValue(1.25), '1.25');
  assert.equal(maskValue(Math.fround(1 / 0.85)), '1.176');
  assert.equal(maskValue(0), '0');
  assert.equal(duration(40), '40 s');
  assert.equal(duration(185), '3 min');
  assert.equal(duration(7500), '2 h 5 min');
});
