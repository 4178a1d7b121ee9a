// Run folders as they are found: finished, interrupted, cut in the middle of a line, or not a run at all.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readPastRun } from '../../../src/host/pastRun.ts';
import { trainLine } from '../features/sampleRun.ts';

const json = (change: object = {}) =>
  JSON.stringify({
    version: 1,
    name: 'genesis',
    config: { steps: 400, n_hid: 128 },
    backend: { name: 'wasm' },
    seed: 7,
    pid: 4321,
    started: '2026-01-02T03:04:05.000Z',
    status: 'done',
    ...change,
  });
const params = { w: { w: 1, g: 2, u: 3 } };
const lines = [
  JSON.stringify(trainLine({ step: 399, params })),
  JSON.stringify({ step: 399, split: 'valid', ce: 2, ppl: 7.39, clean_eval: true }),
  JSON.stringify({ ...trainLine({ step: 400 }), loss: 'NaN' }),
];
const alive = () => true;
const dead = () => false;

describe('readPastRun', () => {
  it('reads what lists show', () => {
    const run = readPastRun('r1', '/runs/r1', json(), lines.join('\n') + '\n', dead);
    assert.deepEqual(
      [run.name, run.status, run.step, run.plannedSteps, run.live],
      ['genesis', 'done', 400, 400, false],
    );
    assert.equal(run.startedAt, Date.UTC(2026, 0, 2, 3, 4, 5));
    assert.equal(run.latestEval?.ppl, 7.39);
    assert.ok(Number.isNaN(run.latest?.loss));
    assert.deepEqual(run.latest?.params, params);
    assert.deepEqual([run.record?.seed, run.record?.backend], [7, 'wasm']);
  });

  it('calls a running or paused run of a dead process interrupted, never one of a living process', () => {
    for (const status of ['running', 'paused']) {
      assert.equal(readPastRun('r1', '/r', json({ status }), '', dead).status, 'interrupted');
      assert.equal(readPastRun('r1', '/r', json({ status }), '', alive).status, status);
    }
    assert.equal(readPastRun('r1', '/r', json({ status: 'stopped' }), '', dead).status, 'stopped');
  });

  it('passes over lines that are cut at either end', () => {
    const whole = lines.join('\n');
    const run = readPastRun('r1', '/r', json(), `${whole.slice(20)}\n{"step": 401, "lo`, dead);
    assert.equal(run.step, 400);
    assert.equal(readPastRun('r1', '/r', json(), 'rubbish', dead).latest, null);
  });

  it('uses the folder name for a run without one', () => {
    assert.equal(readPastRun('20260102-x', '/r', json({ name: undefined }), '', dead).name, '20260102-x');
  });

  it('refuses what is not a run', () => {
    assert.throws(
      () => readPastRun('r1', '/r', '{"status": "eating"}', '', dead),
      /status "eating" is none of running/,
    );
    assert.throws(() => readPastRun('r1', '/r', 'not json', '', dead), SyntaxError);
  });
});
