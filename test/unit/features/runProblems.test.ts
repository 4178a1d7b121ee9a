// Broken promises as entries for Problems.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runProblems } from '../../../src/features/problems/runProblems.ts';
import { brokenPromises, sentencesAbout } from '../../../src/host/brokenPromises.ts';
import { english } from '../../../src/host/translate.ts';
import type { Verdict } from '../../../src/shared/stepContract.ts';
import { describedRun } from './sampleRun.ts';

const verdicts: Verdict[] = [
  { rule: 'who-learns', holds: false, name: 'w', sentence: '`w` gets no gradient.' },
  { rule: 'derived', holds: true, sentence: 'derived = raw × mask' },
  { rule: 'eval-repeats', holds: null, sentence: 'Not checked yet.' },
  { rule: 'kept-rates', holds: false, name: 'm', sentence: '`m` kept too much.' },
  { rule: 'nobody-moved', holds: false, name: 'w', sentence: '`w` changed.' },
];

it('only what is broken is a problem; a fact is an error, a rate a warning', () => {
  assert.deepEqual(runProblems(describedRun(), { step: 40, verdicts }, english), [
    { message: 'genesis, step 40: `w` gets no gradient.', code: 'who-learns', severity: 'error' },
    { message: 'genesis, step 40: `m` kept too much.', code: 'kept-rates', severity: 'warning' },
    { message: 'genesis, step 40: `w` changed.', code: 'nobody-moved', severity: 'error' },
  ]);
  const holding = verdicts.map((verdict) => ({ ...verdict, holds: true }));
  assert.deepEqual(runProblems(describedRun(), { step: 41, verdicts: holding }, english), []);
});

it('what is broken is found by the name of the thing', () => {
  const broken = brokenPromises(verdicts);
  assert.deepEqual([...broken.keys()], ['w', 'm']);
  assert.deepEqual(sentencesAbout(broken, ['w', undefined, 'other']), ['`w` gets no gradient.', '`w` changed.']);
});
