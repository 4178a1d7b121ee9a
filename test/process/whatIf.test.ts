// What if a step had been dropped out otherwise, asked of a real engine: beside training, after it, and of a run folder.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { pairedDifference, summaryOf } from '../../src/shared/pairedDraws.ts';
import type { WhatIfProgress } from '../../src/shared/whatIf.ts';
import { scratch } from '../support/scratch.ts';
import { engine, eventually, metricsOf, request, tinyConfig, writeText } from './engineHarness.ts';

const changes = { weight_p: 0.6 };

test('questions take turns with training, which goes on as if nobody had asked', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  // Neither is done before it was asked: both are stopped.
  const config = { ...tinyConfig, steps: 100_000 };
  const started = async (name: string) => {
    const { supervisor, until } = engine(t);
    const run = path.join(folder, name);
    await supervisor.request('start', request(run, text, { config }));
    await until(({ status }) => status === 'running');
    const reached = (step: number) =>
      eventually(`${name}: step ${step}`, async () => {
        const { latest } = await supervisor.request('history', { folder: run, maxPoints: 10 });
        return (latest?.step ?? 0) >= step;
      });
    return { supervisor, reached, lines: async () => (await metricsOf(run)).train };
  };
  const { supervisor, reached, lines } = await started('asked');
  await supervisor.request('pause', { run: 'asked' });
  await supervisor.request('step', { run: 'asked' });
  const told: WhatIfProgress[] = [];
  supervisor.on('whatIfProgress', (progress) => told.push(progress));
  const paused = await supervisor.request('whatIf', { run: 'asked', changes });
  assert.equal(paused.repeatedWithin, 0, 'the first draw is the step itself');
  assert.deepEqual(told.at(-1), { run: 'asked', step: paused.step, done: 16, draws: 16 });
  await supervisor.request('resume', { run: 'asked' });
  await reached(paused.step + 1);
  const beside = await supervisor.request('whatIf', { run: 'asked', changes, draws: 64 });
  assert.equal(beside.changed.ce.length, 64);
  assert.ok(beside.changed.ce.every(Number.isFinite));
  await reached(beside.step + 1);
  await supervisor.request('stop', { run: 'asked' });
  const asked = await lines();
  assert.ok(asked.length > paused.step, `${asked.length} steps, paused at ${paused.step}`);

  const quiet = await started('quiet');
  await quiet.reached(asked.length);
  await quiet.supervisor.request('stop', { run: 'quiet' });
  assert.deepEqual((await quiet.lines()).slice(0, asked.length), asked);
});

test('a question that is withdrawn ends before its next draw', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 2 };
  await supervisor.request('start', request(path.join(folder, 'run'), await writeText(folder), { config }));
  await until(({ status }) => status === 'done');
  const told: number[] = [];
  const source = new CancellationTokenSource();
  supervisor.on('whatIfProgress', ({ done }) => {
    told.push(done);
    source.cancel();
  });
  const asked = supervisor.request('whatIf', { run: 'run', changes, draws: 256 }, source.token);
  await assert.rejects(asked, /what if: the question was withdrawn/);
  assert.ok(Math.max(...told) < 256, `${told.length} draws`);
});

test('a run that has ended answers, also from its folder alone, with the same numbers', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const run = path.join(folder, 'run');
  const config = { ...tinyConfig, steps: 12 };
  await supervisor.request('start', request(run, await writeText(folder), { config }));
  await until(({ status }) => status === 'done');
  const live = await supervisor.request('whatIf', { run: 'run', step: 12, changes });
  assert.deepEqual([live.step, live.rows, live.length, live.repeatedWithin], [12, 4, 6, 0]);
  assert.equal(live.changed.values.weight_p, 0.6);
  assert.deepEqual(live.parameters.slice(0, 2), ['0.encoder.weight', '0.rnns.0.weight_hh_l0_raw']);
  const difference = pairedDifference(live.asTrained.ce, live.changed.ce);
  assert.ok(difference.standardError > 0 && Number.isFinite(summaryOf(live.changed.ce).mean));
  for (const [asked, sentence] of [
    [{ changes: { weight_p: 1.5 } }, /weight_p: 1\.5 is outside \[0, 1\)/],
    [{ changes: { embed_p: NaN } }, /embed_p: NaN is outside/],
    [{ changes, draws: 0 }, /draws: 0 is not usable/],
  ] as const)
    await assert.rejects(supervisor.request('whatIf', { run: 'run', ...asked }), sentence);
  await eventually('the run is written', async () => {
    const kept = await supervisor.request('kept', { run: 'run' });
    return kept.steps.length > 0;
  });
  supervisor.dispose();

  const later = engine(t);
  const past = await later.supervisor.request('whatIf', { run, step: 12, changes });
  assert.deepEqual(past, live);
});
