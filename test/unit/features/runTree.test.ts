// The Runs view: what a run says of itself in one line, in every state.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changedKeys, runTree } from '../../../src/features/runs/runTree.ts';
import { english } from '../../../src/host/translate.ts';
import type { RunStatus } from '../../../src/shared/engineContract.ts';
import { describedRun, trainLine } from './sampleRun.ts';

const latest = trainLine();
const latestEval = { step: 200, split: 'valid', ce: 2.16, ppl: 8.69, clean_eval: true } as const;

function line(status: RunStatus, live = true) {
  const [node] = runTree([describedRun({ status, live, step: 200, latest, latestEval })], english);
  return [node?.icon, node?.description, node?.context];
}

describe('runTree', () => {
  it('shows status, steps, loss and validation perplexity', () => {
    assert.deepEqual(line('paused'), ['debug-pause', 'paused 200/400 · loss 2.236 · ppl 8.69', 'run.paused']);
    assert.deepEqual(line('running'), ['sync~spin', 'training 200/400 · loss 2.236 · ppl 8.69', 'run.running']);
    assert.deepEqual(line('done'), ['pass', 'done 200/400 · loss 2.236 · ppl 8.69', 'run.done']);
  });

  it('tells runs of one name apart by when they began', () => {
    const [morning, evening] = [new Date(2026, 10, 22, 9, 18), new Date(2026, 10, 22, 21, 5)].map(Number);
    const before = Number(new Date(2026, 10, 21, 23, 0));
    const began = [evening, morning, before].map((startedAt, index) =>
      describedRun({ id: `r${index}`, status: 'done', step: 200, startedAt: startedAt ?? 0 }),
    );
    const told = runTree(began, english).map(({ description }) => description);
    assert.match(told[0] ?? '', /^21:05 · done /);
    assert.match(told[1] ?? '', /^09:18 · done /);
    assert.match(told[2] ?? '', /21.* 23:00 · done /);
    assert.match(runTree(began.slice(0, 1), english)[0]?.description ?? '', /^done /);
  });

  it('lets runs that ended early be resumed', () => {
    for (const status of ['stopped', 'failed', 'interrupted'] as const) assert.equal(line(status)[2], 'run.resumable');
  });

  it('does not offer to steer a run of another process', () => {
    const description = 'training 200/400 · by another process · loss 2.236 · ppl 8.69';
    assert.deepEqual(line('running', false), ['sync~spin', description, 'run.done']);
  });

  it('says what a run that was asked to pause or to stop waits for, and offers no more than stopping', () => {
    const asked = (by: 'pause' | 'stop', status: RunStatus) => {
      const halting = { by, after: 'writing' } as const;
      const [node] = runTree([describedRun({ status, step: 200, latest, halting })], english);
      return [node?.icon, node?.description, node?.context];
    };
    assert.deepEqual(asked('pause', 'running'), ['sync~spin', 'pausing: writing this step… · 200/400', 'run.pausing']);
    assert.deepEqual(asked('stop', 'paused'), [
      'sync~spin',
      'stopping: writing a checkpoint… · 200/400',
      'run.stopping',
    ]);
  });

  it('says what is being prepared while a run starts', () => {
    const [node] = runTree([describedRun({ status: 'starting', message: 'reading the corpus' })], english);
    assert.equal(node?.description, 'starting · reading the corpus');
  });

  it('says which breakpoint a run stands at, without its step twice', () => {
    const message = 'step 212: gradient norm 8.31 is 12.4 times the median of the last 64 steps (0.67)';
    const [node] = runTree([describedRun({ status: 'paused', step: 212, message, latest })], english);
    assert.equal(
      node?.description,
      'paused 212/400 · gradient norm 8.31 is 12.4 times the median of the last 64 steps (0.67)',
    );
  });

  it('has the sentence of a failure, the folder and the changed keys in its tooltip', () => {
    const [node] = runTree([describedRun({ status: 'failed', message: 'loss is NaN at step 312' })], english);
    assert.match(node?.tooltip ?? '', /loss is NaN at step 312/);
    assert.match(node?.tooltip ?? '', /`n_hid` 128/);
    assert.match(node?.tooltip ?? '', /`\/runs\/r1`/);
  });

  it('lists only keys that differ from their defaults', () => {
    assert.equal(changedKeys({ n_hid: 128, bptt: 70, lr: 2e-3, seed: 5 }), '`n_hid` 128');
  });
});
