// How messages change what is known of a run.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  factsOf,
  newRun,
  perplexity,
  summaryOf,
  withEngineGone,
  withHaltAnswered,
  withHaltAsked,
  withMetrics,
  withStatus,
} from '../../../src/host/runState.ts';
import type { MetricsUpdate, TrainLine } from '../../../src/shared/engineContract.ts';
import { trainLine } from '../features/sampleRun.ts';
import { evalColumns, trainColumns } from './columns.ts';

const run = newRun('r1', 'genesis', '/runs/r1', 0);

function metrics(latest: TrainLine | null, more: Partial<MetricsUpdate> = {}): MetricsUpdate {
  return {
    run: 'r1',
    train: trainColumns([]),
    valid: evalColumns([]),
    latest,
    latestEval: null,
    tokensPerSecond: 1000,
    secondsLeft: NaN,
    introspectionShare: 0.04,
    ...more,
  };
}

describe('runState', () => {
  it('keeps the planned steps when a status does not know them', () => {
    const planned = withStatus(run, { run: 'r1', status: 'running', step: 1, plannedSteps: 400 });
    const paused = withStatus(planned, { run: 'r1', status: 'paused', step: 2, plannedSteps: 0, message: 'NaN' });
    assert.deepEqual([paused.plannedSteps, paused.step, paused.message], [400, 2, 'NaN']);
    assert.equal(withStatus(paused, { run: 'r1', status: 'running', step: 3, plannedSteps: 0 }).message, '');
  });

  it('keeps parameters and sites of the newest line that has them', () => {
    const params = { w: { w: 1, g: 2, u: 3 } };
    const first = withMetrics(run, metrics(trainLine({ step: 16, params })));
    const second = withMetrics(first, metrics(trainLine({ step: 17 })));
    assert.equal(second.latest?.step, 17);
    assert.deepEqual(second.latest?.params, params);
    assert.equal(withMetrics(second, metrics(null)).latest?.step, 17);
  });

  it('prefers validation perplexity once there is one', () => {
    const trained = withMetrics(run, metrics(trainLine({ ppl: 9.35 })));
    assert.equal(perplexity(trained), 9.35);
    const latestEval = { step: 20, split: 'valid', ce: 2.1, ppl: 8.69, clean_eval: true } as const;
    assert.equal(perplexity(withMetrics(trained, metrics(null, { latestEval }))), 8.69);
    assert.ok(Number.isNaN(perplexity(run)));
  });

  it('is on its way to a pause from the moment it was asked until it stands, with what the engine knows better', () => {
    const at = { run: 'r1', step: 80, plannedSteps: 400 };
    const running = withStatus(run, { ...at, status: 'running' });
    const asked = withHaltAsked(running, 'pause');
    assert.deepEqual(summaryOf(asked).halting, { by: 'pause', after: 'step' });
    assert.deepEqual(withStatus(asked, { ...at, status: 'running', message: 'averaging' }).halting, asked.halting);
    const evaluating = { by: 'pause', after: 'evaluation' } as const;
    assert.deepEqual(withStatus(asked, { ...at, status: 'running', halting: evaluating }).halting, evaluating);
    const paused = withStatus(asked, { ...at, status: 'paused' });
    assert.equal(paused.halting, null);
    assert.ok(!('halting' in summaryOf(paused)));
    assert.equal(withHaltAnswered(asked, 'pause').halting, null, 'also when it was refused');
  });

  it('is told as trained elsewhere while it is alive and another process has it', () => {
    const running = withStatus(run, { run: 'r1', step: 80, plannedSteps: 400, status: 'running' });
    assert.ok(!('elsewhere' in summaryOf(running)));
    assert.equal(summaryOf({ ...running, live: false }).elsewhere, true);
    assert.ok(!('elsewhere' in summaryOf({ ...running, live: false, status: 'stopped' })));
  });

  it('stays on its way to its end, whatever comes of a pause that was asked for before', () => {
    const at = { run: 'r1', step: 80, plannedSteps: 400 };
    const stopping = withHaltAsked(withHaltAsked(withStatus(run, { ...at, status: 'running' }), 'pause'), 'stop');
    const by = { by: 'stop', after: 'step' };
    const pausing = { by: 'pause', after: 'writing' } as const;
    assert.deepEqual(withStatus(stopping, { ...at, status: 'running', halting: pausing }).halting, by);
    assert.deepEqual(withStatus(stopping, { ...at, status: 'paused' }).halting, by);
    assert.deepEqual(withHaltAnswered(stopping, 'pause').halting, by);
    assert.equal(withStatus(stopping, { ...at, status: 'stopped' }).halting, null);
    assert.equal(withEngineGone(stopping, 'the engine was killed').halting, null);
    const standing = withHaltAsked(withStatus(run, { ...at, status: 'paused' }), 'stop');
    assert.deepEqual(standing.halting, { by: 'stop', after: 'writing' }, 'no step is under way');
  });

  it('interrupts what was alive when the engine goes, with its sentence, and leaves what was over', () => {
    const running = withStatus(run, { run: 'r1', status: 'running', step: 80, plannedSteps: 400 });
    const gone = withEngineGone(running, 'the engine was killed');
    assert.deepEqual(
      [gone.status, gone.message, gone.step, gone.live],
      ['interrupted', 'the engine was killed', 80, false],
    );
    const done = withEngineGone({ ...running, status: 'done' }, 'the engine was killed');
    assert.deepEqual([done.status, done.message, done.live], ['done', '', false]);
  });

  it('sends no number that JSON would lose', () => {
    const facts = factsOf(withMetrics(run, metrics(trainLine())));
    assert.equal(facts.secondsLeft, null);
    assert.equal(facts.tokensPerSecond, 1000);
    assert.equal(facts.cleanEval, null);
  });
});
