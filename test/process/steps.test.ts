// What can be asked of the recorded steps of a real run in a real engine: to go back, promises, gradients, distributions, tokens.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { VerdictView } from '../../src/shared/stepContract.ts';
import { scratch } from '../support/scratch.ts';
import { continuing, engine, eventually, linesOf, metricsOf, request, tinyConfig, writeText } from './engineHarness.ts';

const RAW = '0.rnns.0.weight_hh_l0_raw';
const EVERY_CELL = 1e6;
const broken = ({ verdicts }: VerdictView) => verdicts.filter(({ holds }) => holds === false);

test('every kept step can be gone back to, each of one piece and equal to what it was', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 30 };
  await supervisor.request('start', request(run, await writeText(folder), { config, budgetPercent: 100 }));
  await until(({ status }) => status === 'done');
  const kept = await supervisor.request('kept', { run: 'run' });
  assert.deepEqual(
    [...kept.steps],
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  assert.ok(kept.bytes > 0 && kept.bytes < kept.limitBytes);
  assert.equal(kept.every, 1);

  const { train } = await metricsOf(run);
  for (const step of [1, 7, 30]) {
    const view = await supervisor.request('weight', { run: 'run', name: RAW, maxCells: EVERY_CELL, step });
    assert.equal(view.step, step);
    assert.equal(view.facts.equal, view.facts.cells);
    const params = train[step - 1]!['params'] as Record<string, { w: number; g: number }>;
    const { w, g } = params[RAW]!;
    assert.ok(Math.abs(view.panes.raw.summary.norm - w) < 1e-4 * w, 'the weight of that very step');
    assert.ok(Math.abs(view.panes.gradient.summary.norm - g) < 1e-4 * g, 'and its gradient');
    const tokens = await supervisor.request('tokens', { run: 'run', step });
    const mean = tokens.loss.reduce((sum, loss) => sum + loss, 0) / tokens.loss.length;
    const ce = Number(train[step - 1]!['ce']);
    assert.ok(Math.abs(mean - ce) < 1e-4 * ce, `tokens ${mean}, line ${ce}`);
    const batch = await supervisor.request('batch', { run: 'run', step });
    assert.deepEqual([batch.step, tokens.rows, tokens.length], [step, batch.rows, batch.length]);
    const within = batch.input.findIndex((_, at) => at % batch.length > 0);
    assert.equal(tokens.target[within - 1], batch.input[within], 'a target is the next input');
    const gradients = await supervisor.request('gradients', { run: 'run', step });
    assert.deepEqual([gradients.step, gradients.timeNorms.length, gradients.saturation.layers.length], [step, 2, 2]);
    assert.ok(gradients.timeNorms.every((norms) => norms.length === batch.length && norms.every((norm) => norm > 0)));
    gradients.halfLife.forEach((half, layer) => assert.ok(half >= 1 && half <= gradients.reach99[layer]!));
    assert.ok(
      gradients.saturation.layers.every(
        (gates) => gates.length === 4 && gates.every((share) => share >= 0 && share < 1),
      ),
    );
  }
  assert.equal((await supervisor.request('mask', { run: 'run', name: '0.input_dp', maxCells: 9, step: 12 })).step, 12);
  assert.equal((await supervisor.request('batch', { run: 'run', step: 4000 })).step, 30);
});

test('the promises hold at the first step, while paused and at the end, each with its sentence; also from the folder', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const first = engine(t);
  const config = { ...tinyConfig, steps: 100_000, eval_every: 10 };
  await first.supervisor.request('start', request(run, await writeText(folder), { config }));
  await eventually('an evaluation', async () => {
    const { valid } = await metricsOf(run).catch(() => ({ valid: [] }));
    return valid.length > 0;
  });
  await first.supervisor.request('pause', { run: 'run' });

  const atFirst = await first.supervisor.request('verdicts', { run: 'run', step: 1 });
  assert.equal(atFirst.step, 1);
  const sentence = (view: VerdictView, rule: string) =>
    view.verdicts.find((verdict) => verdict.rule === rule)?.sentence;
  const learns = 'All 10 leaves have a gradient, and the output moves when a raw weight is nudged.';
  assert.equal(sentence(atFirst, 'who-learns'), learns);
  assert.equal(sentence(atFirst, 'eval-repeats'), 'Not checked yet: needs an evaluation.');
  assert.match(sentence(atFirst, 'kept-rates') ?? '', /^6 of 6 sites inside their band over 1 step\.$/);

  const second = await first.supervisor.request('verdicts', { run: 'run', step: 2 });
  assert.match(sentence(second, 'who-learns') ?? '', /nudged was not checked at step 2\.$/);

  const paused = await first.supervisor.request('verdicts', { run: 'run' });
  assert.deepEqual(broken(paused), []);
  assert.equal(sentence(paused, 'who-learns'), learns, 'tried on demand, while the run stands still');
  assert.match(
    sentence(paused, 'derived') ?? '',
    /^derived = raw × mask in 976 of 976 cells, bit for bit, over 2 weights\.$/,
  );
  assert.match(
    sentence(paused, 'gradient-mask') ?? '',
    /^Gradient is 0 in [\d,]+ cells, exactly the [\d,]+ dropped, over 2/,
  );
  assert.match(sentence(paused, 'eval-repeats') ?? '', /^Two eval passes after step \d+: largest difference 0\.$/);
  assert.equal(sentence(paused, 'nobody-moved'), '0 of 10 parameters changed outside an optimiser step.');
  const tokens = await first.supervisor.request('tokens', { run: 'run' });
  const gradients = await first.supervisor.request('gradients', { run: 'run' });
  const histograms = await first.supervisor.request('histograms', { run: 'run', name: RAW, of: 'gradient' });
  assert.ok(histograms.steps.length >= 1 && histograms.steps[0] === 1);
  assert.equal(histograms.counts.length, histograms.steps.length * (histograms.edges.length - 1));
  process.kill(first.supervisor.pid!, 'SIGKILL');

  // Gone back to before the pause, but what was written at the pause is all there.
  const later = engine(t);
  const kept = await later.supervisor.request('kept', { run });
  assert.deepEqual([...kept.steps], [paused.step]);
  assert.deepEqual(await later.supervisor.request('tokens', { run }), tokens);
  assert.deepEqual(await later.supervisor.request('gradients', { run }), gradients);
  assert.deepEqual(await later.supervisor.request('histograms', { run, name: RAW, of: 'gradient' }), histograms);
  const past = await later.supervisor.request('verdicts', { run });
  assert.deepEqual(broken(past), []);
  assert.deepEqual(
    past.verdicts.filter(({ rule }) => rule !== 'who-learns'),
    paused.verdicts.filter(({ rule }) => rule !== 'who-learns'),
  );
  await assert.rejects(
    later.supervisor.request('histograms', { run, name: 'w', of: 'weight' }),
    /no parameter "w" \(it has 0\.encoder\.weight/,
  );
});

test('stop cuts a long evaluation short, requests are answered meanwhile, and going on does it first', async (t) => {
  const folder = await scratch(t);
  // Long enough that even a quiet machine is still evaluating when it is asked to stop.
  const text = await writeText(folder, 200_000);
  const undisturbed = path.join(folder, 'undisturbed');
  const run = path.join(folder, 'run');
  const config = { ...tinyConfig, steps: 12, eval_every: 6, valid_fraction: 0.5 };
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(undisturbed, text, { config }));
  await until(({ run, status }) => run === 'undisturbed' && status === 'done');

  await supervisor.request('start', request(run, text, { config }));
  await eventually('the evaluation has begun', async () => {
    const { train } = await metricsOf(run).catch(() => ({ train: [] }));
    return train.length === 6;
  });
  await supervisor.request('batch', { run: 'run' });
  await supervisor.request('stop', { run: 'run' });
  const stopped = await metricsOf(run);
  assert.deepEqual([stopped.train.length, stopped.valid.length], [6, 0], 'it was under way');
  assert.equal((await readFile(path.join(run, 'checkpoints/latest'), 'utf8')).trim(), 'step-000006');

  await supervisor.request('start', continuing(run));
  await until(({ run, status }) => run === 'run' && status === 'done');
  assert.deepEqual(await metricsOf(run), await metricsOf(undisturbed));
});

test('a pause that is asked for during an evaluation says at once what it waits for, and cuts nothing short', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until, statuses } = engine(t);
  const config = { ...tinyConfig, steps: 12, eval_every: 6, valid_fraction: 0.5 };
  // Long enough that even a quick machine is still evaluating when it is asked.
  await supervisor.request('start', request(run, await writeText(folder, 120_000), { config }));
  await eventually('the evaluation has begun', async () => (await linesOf(run)) === 6);
  await supervisor.request('batch', { run: 'run' });
  const before = statuses.length;
  await Promise.all([supervisor.request('pause', { run: 'run' }), supervisor.request('pause', { run: 'run' })]);
  const at = { run: 'run', step: 6, plannedSteps: 12 };
  assert.deepEqual(statuses.slice(before), [
    { ...at, status: 'running', halting: { by: 'pause', after: 'evaluation' } },
    { ...at, status: 'running', halting: { by: 'pause', after: 'writing' } },
    { ...at, status: 'paused' },
  ]);
  assert.equal((await metricsOf(run)).valid.length, 1);

  await supervisor.request('resume', { run: 'run' });
  await eventually('the next one has begun', async () => (await linesOf(run)) === 13);
  await supervisor.request('stop', { run: 'run' });
  await until(({ status }) => status === 'stopped');
  assert.deepEqual(statuses.slice(-2), [
    { ...at, step: 12, status: 'running', halting: { by: 'stop', after: 'writing' } },
    { ...at, step: 12, status: 'stopped' },
  ]);
});

test('a run that goes on keeps its distributions, and takes no more memory for a second run', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(run, text, { config: { ...tinyConfig, steps: 40 }, budgetPercent: 100 }));
  await until(({ status }) => status === 'done');
  const before = await supervisor.request('histograms', { run: 'run', name: RAW, of: 'weight' });
  assert.deepEqual([...before.steps], [1, 16, 32]);
  await supervisor.request('start', { ...continuing(run, { steps: 60 }), budgetPercent: 100 });
  await until(({ status, step }) => status === 'done' && step === 60);
  const after = await supervisor.request('histograms', { run: 'run', name: RAW, of: 'weight' });
  assert.deepEqual([...after.steps], [1, 16, 32, 48]);
  assert.deepEqual(after.counts.slice(0, before.counts.length), before.counts);
  const kept = await supervisor.request('kept', { run: 'run' });
  assert.equal(kept.steps[0], 41, 'steps of the process before are gone');
});

test('over the budget fewer steps are recorded, it is said, and the last one is recorded all the same', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until, log } = engine(t);
  const config = { ...tinyConfig, steps: 100_000 };
  await supervisor.request('start', request(run, await writeText(folder), { config, budgetPercent: 0.01 }));
  await eventually('it backs off', () =>
    log.some(({ message }) => /keeps to 0\.005 % of time while nobody looks: about every/.test(message)),
  );
  assert.ok((await supervisor.request('kept', { run: 'run' })).every > 1);
  await supervisor.request('stop', { run: 'run' });
  const { step } = await until(({ status }) => status === 'stopped');
  assert.equal((await supervisor.request('kept', { run: 'run' })).steps.at(-1), step);
  assert.equal((await supervisor.request('batch', { run: 'run' })).step, step);
});
