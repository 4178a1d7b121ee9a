// The question "compare with which run?": what each other run is and in what it differs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { otherRuns } from '../../../src/features/compareRuns/otherRuns.ts';
import { newRun } from '../../../src/host/runState.ts';
import { english } from '../../../src/host/translate.ts';
import { describedRun, sampleDescription, trainLine } from './sampleRun.ts';

const first = describedRun();
const { config } = sampleDescription();

function past(id: string, change: Readonly<Record<string, unknown>>) {
  const record = { started: '', seed: 1, backend: 'wasm', config: { ...config, ...change } };
  return { ...newRun(id, id, `/runs/${id}`, 0), live: false, record };
}

describe('otherRuns', () => {
  it('leaves out the run itself and keeps the order', () => {
    const found = otherRuns([past('c', {}), first, past('b', {})], first, english);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['c', 'b'],
    );
  });

  it('says in what a run differs, from its record as from its description', () => {
    const [one, same] = otherRuns([past('b', { weight_p: 0.5, seed: 2 }), past('c', {})], first, english);
    assert.equal(one?.detail, 'weight_p 0.5 instead of 0.2, seed 2 instead of 1');
    assert.equal(same?.detail, 'the same config and seed');
  });

  it('names five differences and counts the rest', () => {
    const change = { weight_p: 0.5, embed_p: 0.1, input_p: 0, hidden_p: 0, output_p: 0, lr: 1, seed: 2 };
    const [one] = otherRuns([past('b', change)], first, english);
    assert.equal(one?.detail.split(', ').length, 6);
    assert.match(one?.detail ?? '', /, 2 more$/);
  });

  it('does not guess about a run whose config is not known', () => {
    const [one] = otherRuns([newRun('b', 'b', '/runs/b', 0)], first, english);
    assert.equal(one?.detail, 'its config is not known yet');
  });

  it('gives step and perplexity', () => {
    const [one] = otherRuns([{ ...past('b', {}), step: 201, latest: trainLine() }], first, english);
    assert.match(one?.description ?? '', /^step 201 · ppl 9\.35 · /);
  });
});
