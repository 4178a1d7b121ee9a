// Breakpoints in real engines: where a run stands still, what can be looked at there, how it goes on, and what the command
// line does instead.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Breakpoint } from '../../src/shared/breakpoint.ts';
import { scratch } from '../support/scratch.ts';
import {
  continuing,
  dropscope,
  engine,
  eventually,
  linesOf,
  metricsOf,
  request,
  runRecord,
  tinyConfig,
  writeText,
} from './engineHarness.ts';

const on = (when: string): Breakpoint => ({ id: when, when, enabled: true });
const latest = async (run: string) => (await readFile(path.join(run, 'checkpoints/latest'), 'utf8')).trim();
const endless = { ...tinyConfig, steps: 100_000, checkpoint_every: 100_000, eval_every: 100_000 };

test('a run stands still after the step that hit, shows that step, and goes on undisturbed', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const [run, calm] = [path.join(folder, 'run'), path.join(folder, 'calm')];
  const { supervisor, until, statuses } = engine(t);
  const breakpoints = [on('step == 7'), on('loss > 0 && step >= 12')];
  await supervisor.request('start', request(run, text, { breakpoints }));
  const paused = await until(({ status }) => status === 'paused');
  assert.deepEqual(paused, {
    run: 'run',
    status: 'paused',
    step: 7,
    plannedSteps: 40,
    message: 'step 7: this step was asked for',
    hits: [{ id: 'step == 7', when: 'step == 7', hits: 1 }],
  });
  assert.equal((await runRecord(run))['status'], 'paused');
  const kept = await supervisor.request('kept', { run: 'run' });
  assert.equal(kept.steps.at(-1), 7);
  assert.equal((await supervisor.request('tensor', { run: 'run', name: 'loss' })).step, 7);

  // Another condition is true from step 12 on: it is hit there once, not at every step after it.
  await supervisor.request('resume', { run: 'run' });
  const second = await until(({ status, step }) => status === 'paused' && step > 7);
  assert.match(second.message ?? '', /^step 12: loss [\d.]+ is above 0$/);
  await supervisor.request('step', { run: 'run' });
  assert.equal(statuses.at(-1)?.step, 13);
  assert.equal(statuses.at(-1)?.hits, undefined, 'a step that hits nothing says nothing');
  await supervisor.request('resume', { run: 'run' });
  await until(({ status }) => status === 'done');

  await supervisor.request('start', request(calm, text));
  await until(({ run, status }) => run === 'calm' && status === 'done');
  assert.deepEqual(await metricsOf(run), await metricsOf(calm));
});

test('a list given to a running run takes hold at its next step; one that cannot be read changes nothing', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(run, await writeText(folder), { config: endless }));
  await eventually('some steps', async () => (await linesOf(run)) > 70);
  await assert.rejects(
    supervisor.request('breakpoints', { run: 'run', list: [on('los > 3')] }),
    /breakpoint "los > 3": at character 1 there is no number called "los" \(did you mean loss\?\)/,
  );
  // What it looks back at are steps from before it was there.
  await supervisor.request('breakpoints', { run: 'run', list: [on('grad_norm > 0.001 * median(grad_norm)')] });
  const { message, step } = await until(({ status }) => status === 'paused');
  assert.match(
    message ?? '',
    new RegExp(`^step ${step}: gradient norm [\\d.e-]+ is ([\\d.]+ times|above 0.001 \\* median).*$`),
  );
  await supervisor.request('stop', { run: 'run' });
  await until(({ status }) => status === 'stopped');
  assert.equal(await latest(run), `step-${String(step).padStart(6, '0')}`);
});

test('a median is also of the steps before a resume', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(run, await writeText(folder)));
  await until(({ status }) => status === 'done');
  const breakpoints = [on('grad_norm > 0.001 * median(grad_norm)')];
  await supervisor.request('start', { ...continuing(run, { steps: 60 }), breakpoints });
  const { step, message } = await until(({ status }) => status === 'paused');
  assert.equal(step, 41, 'the first one after it, though a median is of 8 steps at least');
  assert.match(message ?? '', /^step 41: gradient norm .*median/);
});

test('the last step can be looked at before the run is done', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(run, await writeText(folder), { breakpoints: [on('step == 40')] }));
  assert.equal((await until(({ status }) => status === 'paused')).step, 40);
  await supervisor.request('resume', { run: 'run' });
  assert.equal((await until(({ status }) => status === 'done')).step, 40);
});

test('with the breakpoint for numbers that are not finite switched off they spread, and no checkpoint has them', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until, log } = engine(t);
  const config = { ...tinyConfig, steps: 60, optimizer: 'sgd', clip: 0, lr: 1000, wd: 10, checkpoint_every: 1 };
  const breakpoints = [{ ...on('non_finite > 0'), enabled: false }];
  await supervisor.request('start', request(run, await writeText(folder), { config, breakpoints }));
  const { message } = await until(({ status }) => status === 'failed');
  const { train } = await metricsOf(run);
  assert.equal(train.length, 60, 'every step is done');
  const first = train.findIndex((line) => Number(line['non_finite']) > 0) + 1;
  assert.ok(first > 1);
  assert.ok(message?.startsWith(`step ${first}: the numbers are not finite, first in `), message);
  assert.equal(await latest(run), `step-${String(first - 1).padStart(6, '0')}`);
  assert.equal(log.filter((line) => line.message.includes('training goes on')).length, 1, 'said once');
});

test('a start with a condition that cannot be read is refused before anything is written', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor } = engine(t);
  const start = request(run, await writeText(folder), { breakpoints: [on('loss >')] });
  await assert.rejects(
    supervisor.request('start', start),
    /breakpoint "loss >": at the end a number or a name is missing/,
  );
  assert.ok(!existsSync(run));
});

test('zeros of raw weights are counted in a run, and there are none to speak of', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const breakpoints = [on('raw_zeros >= 0 && step > 16')];
  const run = path.join(folder, 'run');
  await supervisor.request('start', request(run, await writeText(folder), { config: endless, breakpoints }));
  const { message } = await until(({ status }) => status === 'paused');
  assert.match(message ?? '', /share of exact zeros 0 % of 0\.rnns\.\d\.weight_hh_l0_raw is at least 0/);
});

test('train --break ends the run as failed with a checkpoint of that step, and resuming goes on from it', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const config = path.join(folder, 'dropscope.json');
  await writeFile(config, JSON.stringify({ ...tinyConfig, checkpoint_every: 1000 }));
  const common = [text, '--config', config, '--steps', '30'];
  const refused = await dropscope(['train', ...common, '--out', 'none', '--break', 'los > 3'], folder);
  assert.equal(refused.status, 2);
  assert.equal(
    refused.stderr,
    'dropscope: breakpoint "los > 3": at character 1 there is no number called "los" (did you mean loss?)\n',
  );
  assert.ok(!existsSync(path.join(folder, 'none')));

  const run = path.join(folder, 'run');
  const breaks = ['--break', 'loss > 1e9', '--break', 'step == 17'];
  const ended = await dropscope(['train', ...common, '--out', 'run', ...breaks], folder);
  assert.equal(ended.status, 1);
  assert.match(
    ended.stderr,
    /^dropscope: step 17: this step was asked for: the breakpoint "step == 17" ends the run here \(a checkpoint of this step is kept, and resuming goes on from it\)$/m,
  );
  assert.equal((await runRecord(run))['status'], 'failed');
  assert.equal(await latest(run), 'step-000017');
  assert.ok(existsSync(path.join(run, 'recorded')), 'the step is kept to be looked at');
  const resumed = await dropscope(['train', '--resume', 'run', '--steps', '30'], folder);
  assert.equal(resumed.status, 0, resumed.stderr);
  assert.equal((await runRecord(run))['status'], 'done');
});

test('on tensorflow a run stands still after the step that hit, and shows that step', async (t) => {
  const native = process.env['DROPSCOPE_NATIVE'];
  if (native === undefined) return t.skip('DROPSCOPE_NATIVE names no folder with a native backend');
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  const config = { ...endless, backend: 'tensorflow' };
  const breakpoints = [on('step == 7'), on('raw_zeros >= 0 && step > 16')];
  const start = request(run, await writeText(folder), { config, breakpoints, nativePath: native });
  assert.equal((await supervisor.request('start', start)).backend.name, 'tensorflow');
  const paused = await until(({ status }) => status === 'paused');
  assert.deepEqual([paused.step, paused.message], [7, 'step 7: this step was asked for']);
  const { step, data } = await supervisor.request('tensor', { run: 'run', name: 'loss' });
  assert.equal(step, 7);
  const { train } = await metricsOf(run);
  assert.ok(Math.abs(data[0]! - Number(train[6]!['loss'])) < 1e-4, 'the loss of its line');
  await supervisor.request('resume', { run: 'run' });
  const zeros = await until(({ status, step }) => status === 'paused' && step > 7);
  assert.match(zeros.message ?? '', /share of exact zeros 0 % of 0\.rnns\.\d\.weight_hh_l0_raw is at least 0/);
  await supervisor.request('breakpoints', { run: 'run', list: [on('update_ratio > 0')] });
  await supervisor.request('resume', { run: 'run' });
  const ratio = await until(({ status, step }) => status === 'paused' && step > zeros.step);
  assert.match(ratio.message ?? '', /^step \d+: update-to-weight ratio [\d.e-]+ of [\w.]+ is above 0$/);
  await supervisor.request('stop', { run: 'run' });
});
