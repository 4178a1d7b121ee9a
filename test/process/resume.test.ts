import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import {
  cliEntry,
  continuing,
  dropscope,
  engine,
  eventually,
  linesOf,
  metricsOf,
  processIsThere,
  request,
  runRecord,
  tinyConfig,
  writeText,
} from './engineHarness.ts';

/** It is not done by itself before it is killed, however quick its steps are. */
const config = { ...tinyConfig, steps: 100_000, checkpoint_every: 7 };

const checkpointAt = (run: string, step: number) =>
  Promise.all(
    ['safetensors', 'state.safetensors'].map((ending) =>
      readFile(path.join(run, `checkpoints/step-${String(step).padStart(6, '0')}.${ending}`)),
    ),
  );

test('an engine killed in mid-run resumes with the numbers of an undisturbed run, bit for bit', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const [calm, killed] = [path.join(folder, 'calm'), path.join(folder, 'killed')];
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(killed, text, { config }));
  await eventually('some steps past a checkpoint', async () => (await linesOf(killed)) > 16);
  const exit = new Promise<string>((resolve) => supervisor.onDidExit(({ sentence }) => resolve(sentence)));
  process.kill(supervisor.pid!, 'SIGKILL');
  assert.match(await exit, /killed \(SIGKILL\)/);
  assert.equal((await runRecord(killed))['status'], 'running');

  const steps = (await linesOf(killed)) + 20;
  await supervisor.request('start', continuing(killed, { steps }));
  await until(({ run, status }) => run === 'killed' && status === 'done');
  await supervisor.request('start', request(calm, text, { config: { ...config, steps } }));
  await until(({ run, status }) => run === 'calm' && status === 'done');
  assert.deepEqual(await metricsOf(killed), await metricsOf(calm));
  const [expected, found] = await Promise.all([checkpointAt(calm, steps), checkpointAt(killed, steps)]);
  for (const [index, bytes] of expected.entries()) {
    // The weights' metadata holds the config; everything else is numbers.
    assert.ok(bytes.equals(found[index]!), `checkpoint file ${index} differs`);
  }
});

test('killing the command line leaves no engine behind and a folder that resumes', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(path.join(folder, 'dropscope.json'), JSON.stringify({ ...tinyConfig, checkpoint_every: 5 }));
  const args = ['train', text, '--config', 'dropscope.json', '--out', 'run', '--steps', '100000'];
  const cli = spawn(process.execPath, [cliEntry, ...args], { cwd: folder, stdio: 'ignore' });
  const run = path.join(folder, 'run');
  await eventually('some steps', async () => (await linesOf(run)) > 12);
  const enginePid = (await runRecord(run))['pid'] as number;
  assert.ok(processIsThere(enginePid));
  cli.kill('SIGKILL');
  const ms = await eventually('the engine leaves', () => !processIsThere(enginePid));
  t.diagnostic(`the engine left after ${Math.round(ms)} ms`);

  const steps = Math.max(...(await metricsOf(run)).train.slice(0, -1).map(({ step }) => step as number)) + 5;
  const resumed = await dropscope(['train', '--resume', 'run', '--steps', String(steps), '--json'], folder);
  assert.equal(resumed.status, 0, resumed.stderr);
  const result = JSON.parse(resumed.stdout) as { status: string; step: number };
  assert.deepEqual([result.status, result.step], ['done', steps]);
  const { train } = await metricsOf(run);
  assert.deepEqual(
    train.map(({ step }) => step),
    Array.from({ length: steps }, (_, i) => i + 1),
  );
});

test('a torn last line of metrics is repaired; a run without a checkpoint begins again', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  const late = { ...config, checkpoint_every: 100_000, eval_every: 100_000 };
  await supervisor.request('start', request(run, text, { config: late }));
  await eventually('some steps', async () => (await linesOf(run)) > 3);
  process.kill(supervisor.pid!, 'SIGKILL');
  await eventually('the engine is gone', () => supervisor.pid === undefined);
  const metrics = path.join(run, 'metrics.jsonl');
  await writeFile(metrics, `${await readFile(metrics, 'utf8')}{"step": 99, "lo`);
  await supervisor.request('start', continuing(run, { steps: 60 }));
  await until(({ status }) => status === 'done');
  assert.deepEqual(
    (await metricsOf(run)).train.map(({ step }) => step),
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
});

test('a done run resumes to nothing: exit 0, and no byte changes', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(tinyConfig));
  const train = (...args: string[]) => dropscope(['train', ...args], folder);
  assert.equal((await train(text, '--config', 'c.json', '--steps', '12', '--out', 'run')).status, 0);
  const snapshot = async () => {
    const names = (await readdir(path.join(folder, 'run'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    return Promise.all(
      names.map(async ({ parentPath, name }) => [
        name,
        (await readFile(path.join(parentPath, name))).toString('base64'),
      ]),
    );
  };
  const before = await snapshot();
  const again = await train('--resume', 'run');
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /^done at step 12/);
  assert.deepEqual(await snapshot(), before);
});

test('what does not match the run, and a living owner, are refused with exit 2', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const other = path.join(folder, 'other.txt');
  await writeFile(other, `${await readFile(text, 'utf8')} more`);
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(tinyConfig));
  await writeFile(path.join(folder, 'd.json'), JSON.stringify({ ...tinyConfig, weight_p: 0.5 }));
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  await supervisor.request('start', request(run, text, { config: { ...tinyConfig, steps: 100_000 } }));
  await until(({ status }) => status === 'running');
  const resume = (...args: string[]) => dropscope(['train', '--resume', 'run', ...args], folder);
  const owned = await resume();
  assert.equal(owned.status, 2);
  assert.match(owned.stderr, new RegExp(`process ${supervisor.pid} is training in this folder`));
  await supervisor.request('stop', { run: 'run' });

  const wrongCorpus = await resume(other);
  assert.deepEqual(
    [wrongCorpus.status, wrongCorpus.stderr.includes('it is not what this run began with')],
    [2, true],
    wrongCorpus.stderr,
  );
  const wrongConfig = await resume('--config', 'd.json');
  assert.deepEqual(
    [wrongConfig.status, wrongConfig.stderr.includes('weight_p: 0.5 is not what this run has, 0.2')],
    [2, true],
    wrongConfig.stderr,
  );
  const noRun = await dropscope(['train', '--resume', 'nowhere'], folder);
  assert.deepEqual([noRun.status, noRun.stderr.includes('this is not a run folder')], [2, true], noRun.stderr);
});
