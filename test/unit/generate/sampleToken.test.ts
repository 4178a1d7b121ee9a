/** H15 of semantics.md: what temperature and top-k do to a distribution, in numbers. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleToken, type Sampling } from '../../../src/engine/generate/sampleToken.ts';

const scores = [1, 3, 2, 0.5, 3];
const plain: Sampling = { temperature: 1, topK: Infinity, never: new Set() };

/** The share of each id over `n` evenly spaced uniforms: its probability within 1/n. */
function distribution(sampling: Partial<Sampling>, n = 20_000): number[] {
  const counts = scores.map(() => 0);
  for (let i = 0; i < n; i++) counts[sampleToken(scores, { ...plain, ...sampling }, (i + 0.5) / n)]!++;
  return counts.map((count) => count / n);
}

function softmax(values: readonly number[]): number[] {
  const powers = values.map((value) => Math.exp(value));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function close(actual: readonly number[], wanted: readonly number[]): void {
  actual.forEach((share, id) => assert.ok(Math.abs(share - wanted[id]!) < 1e-4, `${id}: ${share}, not ${wanted[id]}`));
}

test('H15 temperature 1 leaves the distribution', () => close(distribution({}), softmax(scores)));

test('H15 another temperature is p^(1/temperature): scores are divided before the softmax', () => {
  for (const temperature of [0.5, 2, 1000]) {
    close(distribution({ temperature }), softmax(scores.map((score) => score / temperature)));
  }
});

test('H15 towards 0 it is the likeliest token, the first of equals at 0', () => {
  const cold = distribution({ temperature: 1e-6 });
  close([cold[0]!, cold[1]! + cold[4]!, cold[2]!, cold[3]!], [0, 1, 0, 0]);
  close(distribution({ temperature: 1e-320 }).toSpliced(1, 1).toSpliced(3, 1), [0, 0, 0]);
  close(distribution({ temperature: 0 }), [0, 1, 0, 0, 0]);
});

test('H15 what is never said has no share, at any temperature', () => {
  close(distribution({ never: new Set([1]) }), softmax([1, -Infinity, 2, 0.5, 3]));
  close(distribution({ never: new Set([1, 4]), temperature: 0 }), [0, 0, 1, 0, 0]);
  assert.throws(() => sampleToken([1], { ...plain, never: new Set([0]) }, 0), /no token to say/);
});

test('top-k leaves the k likeliest and their proportions', () => {
  close(distribution({ topK: 3 }), softmax([-Infinity, 3, 2, -Infinity, 3]));
  close(distribution({ topK: 1 }), [0, 1, 0, 0, 0]);
  close(distribution({ topK: 99 }), softmax(scores));
});

test('scores that are not finite are named', () => {
  assert.throws(() => sampleToken([1, NaN], plain, 0.5), /score of token 1 is NaN/);
});
