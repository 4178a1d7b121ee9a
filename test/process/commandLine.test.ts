import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import {
  cliEntry,
  dropscope,
  eventually,
  linesOf,
  metricsOf,
  runRecord,
  tinyConfig,
  writeText,
} from './engineHarness.ts';

test('train with --json: one document on stdout, progress on stderr, exit 0', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(
    path.join(folder, 'dropscope.json'),
    JSON.stringify({ ...tinyConfig, corpus: [path.basename(text)] }),
  );
  const found = await dropscope(
    ['train', '--config', 'dropscope.json', '--steps', '15', '--seed', '5', '--json'],
    folder,
  );
  assert.equal(found.status, 0, found.stderr);
  const result = JSON.parse(found.stdout) as Record<string, unknown> & {
    folder: string;
    train: { step: number };
    valid: { ppl: number };
  };
  assert.equal(result['status'], 'done');
  assert.equal(result.train.step, 15);
  assert.ok(result.valid.ppl > 1);
  assert.equal(path.dirname(result.folder), path.join(folder, 'runs'));
  const record = (await runRecord(result.folder)) as { seed: number; config: { steps: number } };
  assert.deepEqual([record.seed, record.config.steps], [5, 15]);
  assert.match(found.stderr, /step 15\/15 {2}loss/);
});

test('the same seed on the same backend gives the same run, another seed another', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(path.join(folder, 'c.json'), JSON.stringify(tinyConfig));
  const run = async (out: string, seed: string) => {
    const found = await dropscope(
      ['train', text, '--config', 'c.json', '--steps', '8', '--seed', seed, '--out', out],
      folder,
    );
    assert.equal(found.status, 0, found.stderr);
    return metricsOf(path.join(folder, out));
  };
  const one = await run('one', '1');
  assert.deepEqual(await run('two', '1'), one);
  assert.notDeepEqual(await run('three', '2'), one);
});

test('Ctrl-C stops the run with a checkpoint', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(
    path.join(folder, 'c.json'),
    JSON.stringify({ ...tinyConfig, checkpoint_every: 1_000_000, eval_every: 1_000_000 }),
  );
  const args = [cliEntry, 'train', text, '--config', 'c.json', '--steps', '100000', '--out', 'run'];
  const cli = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const closed = once(cli, 'close');
  let stdout = '';
  let stderr = '';
  cli.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  cli.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  await eventually('some steps', async () => (await linesOf(path.join(folder, 'run'))) > 4);
  // To the whole group, as a terminal does.
  process.kill(-cli.pid!, 'SIGINT');
  await closed;
  assert.equal(cli.exitCode, 0);
  const last = (await metricsOf(path.join(folder, 'run'))).train.length;
  assert.match(stderr, /^stopping after this step, with a checkpoint \(Ctrl-C once more ends it at once\)$/m);
  assert.match(stdout, new RegExp(`^stopped at step ${last} `));
  assert.equal((await runRecord(path.join(folder, 'run')))['status'], 'stopped');
  const latest = await readFile(path.join(folder, 'run/checkpoints/latest'), 'utf8');
  assert.equal(latest.trim(), `step-${String(last).padStart(6, '0')}`);
});

test('numbers that are not finite end the run as failed, with the tensor and exit 1', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  await writeFile(
    path.join(folder, 'c.json'),
    JSON.stringify({ ...tinyConfig, optimizer: 'sgd', clip: 0, lr: 1000, wd: 10, checkpoint_every: 1 }),
  );
  const found = await dropscope(['train', text, '--config', 'c.json', '--steps', '400', '--out', 'run'], folder);
  assert.equal(found.status, 1, found.stdout);
  assert.match(found.stderr, /^dropscope: step \d+: the numbers are not finite, first in \S+ \(/m);
  const record = await runRecord(path.join(folder, 'run'));
  assert.equal(record['status'], 'failed');
  const { train } = await metricsOf(path.join(folder, 'run'));
  const bad = train.at(-1)!;
  assert.ok((bad['non_finite'] as number) > 0);
  const latest = (await readFile(path.join(folder, 'run/checkpoints/latest'), 'utf8')).trim();
  assert.equal(
    latest,
    `step-${String((bad['step'] as number) - 1).padStart(6, '0')}`,
    'the last good checkpoint is kept',
  );
});

test('help, version, and what is not a command', async (t) => {
  const folder = await scratch(t);
  const help = await dropscope(['--help'], folder);
  assert.equal(help.status, 0);
  for (const name of [
    'train',
    'trace',
    'verify',
    'check',
    'inspect',
    'convert',
    'generate',
    'classify',
    'native',
    'bench',
  ]) {
    assert.match(help.stdout, new RegExp(`^ {2}${name} `, 'm'));
  }
  const train = await dropscope(['train', '--help'], folder);
  assert.deepEqual([train.status, train.stdout.includes('--resume DIR')], [0, true]);
  assert.match((await dropscope(['--version'], folder)).stdout, /^\d+\.\d+\.\d+\n$/);
  for (const [args, says] of [
    [[], /no command/],
    [['trian'], /trian: unknown command \(did you mean train\?\)/],
    [['train', '--stpes', '5'], /--stpes: train has no such flag \(did you mean --steps\?\)/],
    [['train', 'a.txt', '--steps', 'many'], /--steps: "many" is not a whole number/],
  ] as const) {
    const found = await dropscope(args, folder);
    assert.deepEqual([found.status, found.stdout], [2, '']);
    assert.match(found.stderr, says);
    assert.equal(found.stderr.trimEnd().split('\n').length, 1);
  }
});

test('a stack trace only on request', async (t) => {
  const folder = await scratch(t);
  const plain = await dropscope(['train', 'none.txt'], folder);
  assert.doesNotMatch(plain.stderr, /\n\s+at /);
  const debug = await dropscope(['train', 'none.txt'], folder, { DROPSCOPE_DEBUG: '1' });
  assert.match(debug.stderr, /\n\s+at /);
});
