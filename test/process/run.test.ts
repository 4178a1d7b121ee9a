import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { MetricsUpdate } from '../../src/shared/engineContract.ts';
import { scratch } from '../support/scratch.ts';
import {
  continuing,
  engine,
  eventually,
  linesOf,
  metricsOf,
  request,
  runRecord,
  tinyConfig,
  writeText,
} from './engineHarness.ts';

test('a run goes from start to done and leaves the folder of the contract', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const run = path.join(folder, 'run');
  const { supervisor, until, statuses } = engine(t);
  const updates: MetricsUpdate[] = [];
  supervisor.on('metrics', (update) => updates.push(update));
  const description = await supervisor.request('start', request(run, text));
  assert.equal(description.id, 'run');
  assert.equal(description.plannedSteps, 40);
  assert.equal(description.sites.length, 6);
  await until(({ status }) => status === 'done');
  assert.deepEqual([...new Set(statuses.map(({ status }) => status))], ['starting', 'running', 'done']);

  const record = await runRecord(run);
  assert.equal(record['status'], 'done');
  assert.equal(record['error'], null);
  const { train, valid } = await metricsOf(run);
  assert.deepEqual(
    train.map(({ step }) => step),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  assert.ok(valid.length > 0 && valid.every(({ clean_eval }) => clean_eval === true));
  assert.deepEqual(Object.keys(train[0]!['sites'] as object).sort(), [
    '0.encoder_dp',
    '0.hidden_dps.0',
    '0.input_dp',
    '0.rnns.0.weight_hh_l0',
    '0.rnns.1.weight_hh_l0',
    '1.output_dp',
  ]);
  const checkpoints = await readdir(path.join(run, 'checkpoints'));
  assert.ok(checkpoints.includes('step-000040.safetensors') && checkpoints.includes('step-000040.state.safetensors'));
  assert.equal((await readFile(path.join(run, 'checkpoints/latest'), 'utf8')).trim(), 'step-000040');
  assert.ok(!existsSync(path.join(run, 'run.lock')), 'the lock is gone');

  // What was pushed is what was written, each step once.
  assert.deepEqual(
    updates.flatMap((update) => [...update.train.step]),
    train.map(({ step }) => step),
  );
  const history = await supervisor.request('history', { folder: run, maxPoints: 1000 });
  assert.deepEqual([...history.train.loss], [...Float32Array.from(train, ({ loss }) => loss as number)]);
});

test('masks in the description have the shapes and draws of those in the run', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 1, n_layers: 3, weight_drop: { granularity: 'row' } };
  const text = await writeText(folder);
  const { sites, id } = await supervisor.request('start', request(path.join(folder, 'run'), text, { config }));
  await until(({ status }) => status === 'done');
  assert.equal(sites.length, 8);
  for (const site of sites) {
    const { shape, data } = await supervisor.request('tensor', { run: id, name: `mask/${site.name}` });
    assert.deepEqual(shape, [...site.shape], site.name);
    assert.equal(data.length, site.draws, site.name);
  }
});

test('pause, step, step, resume: each takes hold within a step and the numbers do not change', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const [calm, paused] = [path.join(folder, 'calm'), path.join(folder, 'paused')];
  // However quick its steps are, it is not done before the pause comes.
  await supervisor.request('start', request(paused, text, { config: { ...tinyConfig, steps: 100_000 } }));
  await supervisor.request('pause', { run: 'paused' });
  const at = (await until(({ run, status }) => run === 'paused' && status === 'paused')).step;
  assert.equal((await runRecord(paused))['status'], 'paused');
  await supervisor.request('step', { run: 'paused' });
  await supervisor.request('step', { run: 'paused' });
  assert.equal((await until(({ status, step }) => status === 'paused' && step > at + 1)).step, at + 2);
  await assert.rejects(supervisor.request('pause', { run: 'paused' }), {
    message: 'run paused: it is paused and cannot be paused',
  });
  await supervisor.request('resume', { run: 'paused' });
  await eventually('some steps after it', async () => (await linesOf(paused)) > at + 20);
  await supervisor.request('stop', { run: 'paused' });
  const { step } = await until(({ run, status }) => run === 'paused' && status === 'stopped');

  await supervisor.request('start', request(calm, text, { config: { ...tinyConfig, steps: step } }));
  await until(({ run, status }) => run === 'calm' && status === 'done');
  const found = await metricsOf(paused, step);
  assert.equal(found.train.length, step - 1);
  assert.deepEqual(found, await metricsOf(calm, step));
});

test('one run trains at a time; a second start is refused in a sentence', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const { supervisor } = engine(t);
  const long = { ...tinyConfig, steps: 100_000 };
  const first = supervisor.request('start', request(path.join(folder, 'one'), text, { config: long }));
  await assert.rejects(
    supervisor.request('start', request(path.join(folder, 'two'), text)),
    /run one: it is training, and one run trains at a time/,
  );
  await first;
  await assert.rejects(supervisor.request('start', request(path.join(folder, 'two'), text)), /run one: it is training/);
  assert.ok(!existsSync(path.join(folder, 'two')));
  await supervisor.request('stop', { run: 'one' });
});

test('stop keeps a checkpoint of the very step, and the run can go on from it', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 100_000, checkpoint_every: 100_000, eval_every: 100_000 };
  await supervisor.request('start', request(run, text, { config }));
  await until(({ status }) => status === 'running');
  await supervisor.request('pause', { run: 'run' });
  await supervisor.request('step', { run: 'run' });
  await supervisor.request('stop', { run: 'run' });
  const { step } = await until(({ status }) => status === 'stopped');
  assert.ok(step >= 1);
  assert.equal((await runRecord(run))['status'], 'stopped');
  assert.equal(
    (await readFile(path.join(run, 'checkpoints/latest'), 'utf8')).trim(),
    `step-${String(step).padStart(6, '0')}`,
  );
  await assert.rejects(supervisor.request('pause', { run: 'run' }), /run run: it is not training here/);

  await supervisor.request('start', continuing(run, { steps: step + 3 }));
  assert.equal((await until(({ status }) => status === 'done')).step, step + 3);
});

test('a start can be cancelled while the corpus is read, and leaves nothing behind', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder, 900_000);
  const { supervisor, until } = engine(t);
  const source = new CancellationTokenSource();
  const start = supervisor.request('start', request(path.join(folder, 'run'), text), source.token);
  await until(({ message }) => message === 'reading the corpus');
  source.cancel();
  await assert.rejects(start, /start was cancelled/);
  assert.ok(!existsSync(path.join(folder, 'run')));
  await supervisor.request('start', request(path.join(folder, 'again'), await writeText(folder)));
});

test('texts that are no files are kept with the run, which resumes without them', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const text = await readFile(await writeText(folder), 'utf8');
  const { supervisor, until } = engine(t);
  const start = { ...request(run, path.join(folder, 'none')), corpus: [], documents: [{ name: 'Untitled-1', text }] };
  await supervisor.request('start', start);
  await until(({ status }) => status === 'done');
  await supervisor.request('start', continuing(run, { steps: 45 }));
  assert.equal((await until(({ status, step }) => status === 'done' && step > 40)).step, 45);
});

test('numbers that are not finite pause the run, name the tensor, and resuming goes back to the last good checkpoint', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until, statuses } = engine(t);
  const config = { ...tinyConfig, steps: 400, optimizer: 'sgd', clip: 0, lr: 1000, wd: 10, checkpoint_every: 1 };
  await supervisor.request('start', request(run, await writeText(folder), { config }));
  const { tensor, message, step } = await until(({ status }) => status === 'paused');
  assert.ok(message?.includes(`step ${step}: the numbers are not finite, first in ${tensor}`), message);
  await assert.rejects(supervisor.request('step', { run: 'run' }), /cannot go on/);
  await assert.rejects(supervisor.request('check', { run }), /cannot go on: step \d+: the numbers are not finite/);
  const { verdicts } = await supervisor.request('verdicts', { run });
  const nudged = verdicts.filter(({ sentence }) => sentence.includes('nudged and the output does not move'));
  assert.deepEqual(nudged, [], 'what cannot be compared is not held against a weight');
  const shown = await supervisor.request('tensor', { run: 'run', name: tensor! });
  assert.ok(
    // A norm is not finite either where the square of a value is not.
    shown.data.some((value) => !Number.isFinite(Math.fround(value * value))),
    'the tensor can be looked at',
  );
  const latest = (await readFile(path.join(run, 'checkpoints/latest'), 'utf8')).trim();
  assert.equal(latest, `step-${String(step - 1).padStart(6, '0')}`, 'the last good checkpoint is the latest');

  // What is not random repeats itself, so the same step fails again: but it was done anew, from that checkpoint.
  const before = statuses.length;
  await supervisor.request('resume', { run: 'run' });
  await eventually('the step is done again', () =>
    statuses.slice(before).some((update) => update.status === 'paused' && update.tensor === tensor),
  );
  assert.deepEqual(
    [...new Set(statuses.slice(before).map(({ status }) => status))],
    ['stopped', 'starting', 'running', 'paused'],
  );
  assert.equal(statuses.at(-1)?.step, step);
  const { train } = await metricsOf(run);
  assert.deepEqual(
    train.map((line) => line['step']),
    Array.from({ length: step }, (_, index) => index + 1),
  );
  await supervisor.request('stop', { run: 'run' });
  await eventually('its end is told', () => statuses.at(-1)?.status === 'stopped');
});
