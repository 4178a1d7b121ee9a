// What can be looked at of a run besides its last step: promises checked on demand, the last prediction's reach, and earlier
// steps once the engine that trained is gone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { LEAVE_MS, type StartRequest } from '../../src/shared/engineContract.ts';
import type { VerdictView } from '../../src/shared/stepContract.ts';
import type { EngineSupervisor } from '../../src/supervisor/engineSupervisor.ts';
import { readMetrics } from '../../tools/runFolder.ts';
import { scratch } from '../support/scratch.ts';
import {
  engine,
  engineEntry,
  eventually,
  metricsOf,
  processIsThere,
  request,
  runRecord,
  tinyConfig,
  writeText,
} from './engineHarness.ts';

const supervisorSource = path.resolve(import.meta.dirname, '../../src/supervisor/engineSupervisor.ts');

const sentenceOf = ({ verdicts }: VerdictView, rule: string) =>
  verdicts.find((verdict) => verdict.rule === rule)?.sentence ?? '';

test('earlier steps are read from the folder, each whole, and their number is bounded', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const first = engine(t);
  const config = { ...tinyConfig, steps: 60 };
  await first.supervisor.request('start', request(run, await writeText(folder), { config, budgetPercent: 100 }));
  await first.until(({ status }) => status === 'done');
  await first.supervisor.request('settle', null);
  const name = 'grad/0.rnns.0.weight_hh_l0_raw';
  const live = await first.supervisor.request('kept', { run });
  assert.deepEqual([live.where, live.budget?.percent, live.steps.length], ['memory', 100, 60]);
  assert.equal(
    sentenceOf(await first.supervisor.request('verdicts', { run }), 'who-learns'),
    'All 10 leaves have a gradient, and the output moves when a raw weight is nudged.',
  );
  const { steps } = await keptInFolder(run);
  assert.equal(steps.length, 11);
  assert.equal(steps[0], 1);
  const asked = steps[5]!;
  const wanted = await first.supervisor.request('tensor', { run, name, step: asked });
  const reach = await first.supervisor.request('reach', { run, step: asked });
  assert.equal(wanted.step, asked);
  first.supervisor.dispose();

  const second = engine(t);
  await second.supervisor.request('describe', { folder: run });
  const kept = await second.supervisor.request('kept', { run: 'run' });
  assert.deepEqual([kept.where, kept.budget, [...kept.steps]], ['folder', null, [...steps, 60]]);
  assert.ok(kept.bytes > 0 && kept.bytes < kept.limitBytes);
  assert.deepEqual(await second.supervisor.request('tensor', { run: 'run', name, step: asked }), wanted);
  const again = await second.supervisor.request('reach', { run: 'run', step: asked });
  assert.deepEqual({ ...again, ms: 0 }, { ...reach, ms: 0 });
  const last = await second.supervisor.request('tensor', { run: 'run', name });
  assert.equal(last.step, 60);
  const near = await second.supervisor.request('batch', { run: 'run', step: steps.at(-1)! });
  assert.equal(near.step, steps.at(-1));
  await assert.rejects(
    second.supervisor.request('check', { run }),
    /run run: its model is not loaded, so nothing can be checked anew \(resume the run to check\)/,
  );
});

test('a run that goes on replaces what no longer fits', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, epochs: 40 };
  await supervisor.request('start', request(run, text, { config, overrides: { steps: 30 }, budgetPercent: 100 }));
  await until(({ status, step }) => status === 'done' && step === 30);
  await supervisor.request('settle', null);
  const before = await keptInFolder(run);
  await supervisor.request('start', {
    folder: run,
    corpus: [],
    base: run,
    overrides: { steps: 90 },
    resume: true,
    host: 'test',
    onTrouble: 'pause',
    budgetPercent: 100,
  });
  await until(({ status, step }) => status === 'done' && step === 90);
  await supervisor.request('settle', null);
  const after = await keptInFolder(run);
  assert.equal(after.steps.length, 11);
  assert.ok(
    after.steps.some((step) => step > 30) && after.steps.some((step) => step <= 30 && before.steps.includes(step)),
  );
});

test('a run that has ended is looked at as before while its earlier steps are written, and the next run waits for them', async (t) => {
  const folder = await scratch(t);
  const [run, next] = [path.join(folder, 'run'), path.join(folder, 'next')];
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 60 };
  await supervisor.request('start', request(run, text, { config, budgetPercent: 100 }));
  await until(({ status }) => status === 'done');
  assert.ok((await readdir(path.join(run, 'recorded'))).includes('step.safetensors'));
  const kept = await supervisor.request('kept', { run });
  assert.deepEqual([kept.where, kept.steps.length], ['memory', 60]);
  const raw = await supervisor.request('tensor', { run, name: '0.rnns.0.weight_hh_l0_raw' });
  assert.equal(raw.step, 60);
  // Nobody waits: the engine itself does not begin before everything is written.
  await supervisor.request('start', request(next, text, { config: { ...config, steps: 2 } }));
  assert.equal((await keptInFolder(run)).steps.length, 11);
  assert.deepEqual(await supervisor.request('tensor', { run, name: '0.rnns.0.weight_hh_l0_raw' }), raw);
});

test('an engine that is let go, or whose owner dies, stops its run and writes its earlier steps, then leaves', async (t) => {
  await t.test('let go', async (t) => {
    const { run, start } = await wideRun(t);
    const { supervisor, until } = engine(t);
    await supervisor.request('start', start);
    await until(({ status }) => status === 'done');
    const { pid } = supervisor;
    supervisor.dispose();
    await leftWithAll(run, pid!);
  });
  for (const asked of ['stop', 'pause', null] as const) {
    await t.test(asked ? `asked to ${asked} a moment ago` : 'while it trains', async (t) => {
      const { run, supervisor } = await trainingEndlessly(t);
      const { pid } = supervisor;
      if (asked) supervisor.request(asked, { run: 'run' }).catch(() => undefined);
      await setImmediate();
      supervisor.dispose();
      await leftWithAll(run, pid!, 'stopped');
    });
  }
  await t.test('while it stands', async (t) => {
    const { run, supervisor } = await trainingEndlessly(t);
    const { pid } = supervisor;
    await supervisor.request('pause', { run: 'run' });
    supervisor.dispose();
    await leftWithAll(run, pid!, 'stopped');
  });
  await t.test('its owner is killed', async (t) => {
    const { run, start } = await wideRun(t);
    const owner = `
      import { EngineSupervisor } from ${JSON.stringify(supervisorSource)};
      const supervisor = new EngineSupervisor({ entry: ${JSON.stringify(engineEntry)}, log: () => undefined });
      supervisor.on('status', ({ status }) => {
        if (status !== 'done') return;
        process.stdout.write(String(supervisor.pid));
        process.kill(process.pid, 'SIGKILL');
      });
      await supervisor.request('start', ${JSON.stringify(start)});`;
    const pid = await new Promise<number>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '--eval', owner], (_error, stdout) => resolve(Number(stdout)));
    });
    assert.ok(pid > 0);
    await leftWithAll(run, pid);
  });
});

test('a check asked for while training is done between two steps, and changes none of them', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const start = (name: string, steps: number) =>
    request(path.join(folder, name), text, { config: { ...tinyConfig, steps } });
  await supervisor.request('start', start('looked', 100_000));
  const views: VerdictView[] = [];
  while (views.length < 20) {
    const view = await supervisor.request('check', { run: 'looked' }).catch((error: Error) => {
      assert.match(error.message, /has not done a step yet/);
      return null;
    });
    if (view) views.push(view);
  }
  assert.ok(views.at(-1)!.step > views[0]!.step, 'steps went on meanwhile');
  await supervisor.request('stop', { run: 'looked' });
  const { step } = await until(({ status }) => status === 'stopped');
  views.push(await supervisor.request('check', { run: 'looked' }));
  for (const view of views) {
    assert.match(sentenceOf(view, 'who-learns'), /and the output moves when a raw weight is nudged/);
    assert.equal(sentenceOf(view, 'eval-repeats'), `Two eval passes after step ${view.step}: largest difference 0.`);
    assert.match(sentenceOf(view, 'nobody-moved'), /^0 of 10 parameters/);
  }
  await supervisor.request('start', start('alone', step));
  await until(({ run, status }) => run === 'alone' && status === 'done');
  const looked = await metricsOf(path.join(folder, 'looked'), step);
  assert.equal(looked.train.length, step - 1);
  assert.deepEqual(looked, await metricsOf(path.join(folder, 'alone'), step));
});

/** A run whose earlier steps take longer to write than it takes to end an engine. */
async function wideRun(t: TestContext): Promise<{ run: string; start: StartRequest }> {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const config = { ...tinyConfig, n_hid: 64, emb_sz: 64, steps: 40 };
  return { run, start: request(run, await writeText(folder), { config, budgetPercent: 100 }) };
}

/** Such a run without an end, once it has some steps to be looked at. */
async function trainingEndlessly(t: TestContext): Promise<{ run: string; supervisor: EngineSupervisor }> {
  const { run, start } = await wideRun(t);
  const { supervisor, until } = engine(t);
  await supervisor.request('start', { ...start, config: { ...start.config, steps: 100_000 } });
  await eventually('steps are recorded', async () => {
    const kept = await supervisor.request('kept', { run }).catch(() => null);
    return (kept?.steps.length ?? 0) > 30;
  });
  await until(({ status }) => status === 'running');
  return { run, supervisor };
}

/** It leaves; unless that took about as long as it may, everything is written. */
async function leftWithAll(run: string, pid: number, status = 'done'): Promise<void> {
  const ms = await eventually('it leaves', () => !processIsThere(pid), 6 * LEAVE_MS);
  if (ms > LEAVE_MS / 2) return;
  assert.equal((await runRecord(run))['status'], status);
  assert.equal((await keptInFolder(run)).steps.length, 11);
  // It can be resumed where it ended.
  const last = (await readMetrics(run)).at(-1)!.step;
  const checkpoints = await readdir(path.join(run, 'checkpoints'));
  assert.ok(checkpoints.includes(`step-${String(last).padStart(6, '0')}.safetensors`), checkpoints.join(', '));
}

/** Earlier steps that lie in a run's folder, by the names of their files. */
async function keptInFolder(run: string): Promise<{ steps: number[] }> {
  const names = await readdir(path.join(run, 'recorded'));
  const steps = names.flatMap((name) => /^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? []).map(Number);
  return { steps: steps.sort((a, b) => a - b) };
}
