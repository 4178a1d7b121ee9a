/** `dropscope export`, and the same of a run that trains: event files that TensorFlow reads, tables, and what is refused. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ExportProgress, ExportResult } from '../../src/shared/jobContract.ts';
import { NEVER } from '../../src/supervisor/restartPolicy.ts';
import { askPython } from '../../tools/python.ts';
import { readEvents, type ReadEvent } from '../unit/export/eventReader.ts';
import { eventFile, goldenEvents } from '../unit/export/measuredRun.ts';
import { scratch } from '../support/scratch.ts';
import { dropscope, engine, eventually, metricsOf, request, tinyConfig, writeText } from './engineHarness.ts';

const python = askPython("import importlib.util as u; exit(0 if u.find_spec('tensorflow') else 1)", 'tensorflow');

/** What TensorFlow's own reader finds in the file. */
async function tensorflowReads(file: string): Promise<unknown> {
  assert.equal(python.missing, false);
  const script = path.join(import.meta.dirname, '../golden/read_events.py');
  const { stdout } = await promisify(execFile)(python.python, [script, file], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}

/** A run of 20 steps with two evaluations. */
async function trained(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'c.json'), JSON.stringify({ ...tinyConfig, eval_every: 10 }));
  const args = ['train', await writeText(folder), '--config', 'c.json', '--steps', '20', '--out', 'run'];
  const { status, stderr } = await dropscope(args, folder);
  assert.equal(status, 0, stderr);
}

async function exported(folder: string, to: string, out: string): Promise<ExportResult & { readonly look?: string }> {
  const { status, stdout, stderr } = await dropscope(['export', 'run', '--to', to, '--out', out, '--json'], folder);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as ExportResult;
}

const points = (events: readonly ReadEvent[], tag: string) =>
  events.flatMap(({ step, values }) => values.flatMap((one) => (one.tag === tag ? [[step, one.scalar]] : [])));

test('the event file of a run that ended holds every line of its metrics, and its distributions', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  const result = await exported(folder, 'tensorboard', 'logs/run');
  const [name = '', ...more] = await readdir(path.join(folder, 'logs/run'));
  assert.match(name, /^events\.out\.tfevents\.\d+\.dropscope$/);
  assert.deepEqual(more, []);
  assert.deepEqual(result.files, [path.join(folder, 'logs/run', name)]);
  assert.equal(result.look, `tensorboard --logdir ${path.join(folder, 'logs/run')}`);
  const file = await readFile(result.files[0] ?? '');
  assert.equal(result.bytes, file.length);
  const events = readEvents(file);
  const { train, valid } = await metricsOf(path.join(folder, 'run'));
  const lines = (of: readonly Record<string, unknown>[], key: string) =>
    of.map((line) => [line['step'], Math.fround(Number(line[key]))]);
  assert.equal(result.steps, 20);
  for (const [tag, key] of [
    ['loss/train', 'loss'],
    ['lr', 'lr'],
    ['grad_norm/total', 'grad_norm'],
  ] as const)
    assert.deepEqual(points(events, tag), lines(train, key), tag);
  assert.equal(valid.length, 2);
  assert.deepEqual(points(events, 'loss/valid'), lines(valid, 'ce'));
  assert.deepEqual(points(events, 'ppl/valid'), lines(valid, 'ppl'));
  const values = events.flatMap((event) => event.values);
  const weight = values.find(({ tag }) => tag === 'weight/0.rnns.0.weight_hh_l0_raw')?.histogram;
  assert.equal(weight?.num, 4 * tinyConfig.n_hid * tinyConfig.n_hid);
  const masked = values.find(({ tag }) => tag === 'grad/0.rnns.0.weight_hh_l0_raw')?.histogram;
  const zeros = masked?.bucket[masked.bucket_limit.indexOf(2 ** -126)];
  assert.ok(Number(zeros) > 0, 'dropped weights have gradients of exactly 0');
  // The same run, the same bytes.
  const again = await exported(folder, 'tensorboard', 'again');
  assert.deepEqual(await readFile(again.files[0] ?? ''), file);
});

test('tables hold every number of metrics.jsonl as it is there', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  const { files, look } = await exported(folder, 'csv', 'tables');
  assert.equal(look, undefined);
  assert.deepEqual(
    files,
    ['train.csv', 'valid.csv'].map((name) => path.join(folder, 'tables', name)),
  );
  const { train } = await metricsOf(path.join(folder, 'run'));
  const [header = [], ...rows] = (await readFile(files[0] ?? '', 'utf8'))
    .trimEnd()
    .split('\n')
    .map((row) => row.split(','));
  assert.equal(rows.length, 20);
  for (const [index, line] of train.entries()) {
    const params = line['params'] as Record<string, Record<string, number>>;
    for (const [column, value] of [
      ['step', line['step']],
      ['loss', line['loss']],
      ['params/0.encoder.weight/g', params['0.encoder.weight']?.['g']],
    ] as const)
      assert.equal(rows[index]?.[header.indexOf(column)], String(value), column);
  }
});

test('a run that trains is exported as far as it is, from memory, and trains on', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, steps: 100_000 };
  await supervisor.request('start', request(run, await writeText(folder), { config }));
  await until(({ status }) => status === 'running');
  const seen = new Promise<void>((resolve) => {
    supervisor.on('metrics', ({ latest }) => {
      if ((latest?.step ?? 0) >= 5) resolve();
    });
  });
  await seen;
  const result = await supervisor.request('exportRun', {
    folder: run,
    to: 'tensorboard',
    out: path.join(folder, 'logs'),
  });
  assert.ok(result.steps >= 5);
  // Nothing is in its folder yet: these are those that the engine has in hand.
  assert.ok(result.histograms > 0, result.notes.join(' '));
  await supervisor.request('pause', { run: 'run' });
  await supervisor.request('stop', { run: 'run' });
  const events = readEvents(await readFile(result.files[0] ?? ''));
  const text = events.flatMap(({ values }) => values).find(({ tag }) => tag === 'about/text_summary')?.text?.[0];
  assert.match(text ?? '', /\| status when exported \| running \|/);
  assert.ok(points(events, 'loss/train').length >= result.steps);
});

test('an export that is cancelled leaves nothing behind, and says how far it was', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  // So many lines that it is not done before it hears of the cancellation, however quick the machine.
  const { train } = await metricsOf(path.join(folder, 'run'));
  const like = { ...train.at(-1), ms: 1, introspection_ms: 0, params: undefined, sites: undefined };
  const lines = Array.from({ length: 20_000 }, (_, index) => `${JSON.stringify({ ...like, step: 21 + index })}\n`);
  await appendFile(path.join(folder, 'run/metrics.jsonl'), lines.join(''));
  const { supervisor } = engine(t);
  const source = new CancellationTokenSource();
  const seen: ExportProgress[] = [];
  supervisor.on('exportProgress', (progress) => {
    seen.push(progress);
    source.cancel();
  });
  const [logs, out] = [path.join(folder, 'logs'), path.join(folder, 'logs/run')];
  await mkdir(logs);
  const request = { folder: path.join(folder, 'run'), to: 'tensorboard', out } as const;
  await assert.rejects(supervisor.request('exportRun', request, source.token), /the export was cancelled/);
  assert.deepEqual([seen[0]?.out, seen[0]?.steps], [out, 20_020]);
  assert.deepEqual(await readdir(logs), []);
});

test('a run that was killed before it ever paused has its histograms, from its first checkpoint on', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const { supervisor } = engine(t, { restarts: NEVER });
  const config = { ...tinyConfig, steps: 100_000, eval_every: 100_000 };
  await supervisor.request('start', request(run, await writeText(folder), { config }));
  const written = path.join(run, 'recorded/histograms.json');
  await eventually('they are written', () => existsSync(written));
  const gone = new Promise<void>((resolve) => supervisor.onDidExit(() => resolve()));
  process.kill(supervisor.pid!, 'SIGKILL');
  await gone;
  const { steps, histograms } = await exported(folder, 'tensorboard', 'logs');
  assert.ok(steps >= tinyConfig.checkpoint_every);
  assert.ok(histograms > 0);
});

test('what cannot be exported, and where it cannot go, is refused in a sentence; nothing is written', async (t) => {
  const folder = await scratch(t);
  await trained(folder);
  await mkdir(path.join(folder, 'full'));
  await writeFile(path.join(folder, 'full/mine.txt'), 'mine');
  await mkdir(path.join(folder, 'empty'));
  await mkdir(path.join(folder, 'fresh'));
  await writeFile(path.join(folder, 'fresh/run.json'), await readFile(path.join(folder, 'run/run.json')));
  for (const [args, says] of [
    [[], /export: no run/],
    [['run', 'run'], /export takes one run/],
    [['run'], /--to: it is missing \(one of tensorboard, csv\)/],
    [['run', '--to', 'tensorbord'], /did you mean tensorboard\?/],
    [['run', '--to', 'wandb'], /"wandb" is no format to export to \(one of tensorboard, csv\)/],
    [['run', '--to', 'csv'], /--out: it is missing/],
    [['none', '--to', 'csv', '--out', 'x'], /none\/run\.json: this is not a run folder/],
    [['empty', '--to', 'csv', '--out', 'x'], /this is not a run folder/],
    [['fresh', '--to', 'tensorboard', '--out', 'x'], /fresh: no step has been done yet/],
    [['run', '--to', 'tensorboard', '--out', 'full'], /--out .*full: the folder is not empty \(name a new one\)/],
    [['run', '--to', 'csv', '--out', 'c.json'], /--out .*c\.json: a file is in the way/],
    [['run', '--to', 'csv', '--out', 'c.json/x'], /c\.json.x: .*a file is in the way/],
  ] as const) {
    const { status, stdout, stderr } = await dropscope(['export', ...args], folder);
    assert.deepEqual([status, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, says);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
  }
  assert.deepEqual((await readdir(folder)).sort(), ['c.json', 'empty', 'fresh', 'full', 'run', 'text.txt']);
  assert.deepEqual(await readdir(path.join(folder, 'full')), ['mine.txt']);
  const told = await dropscope(['export', '--help'], folder);
  assert.match(told.stdout, /--to tensorboard\|csv/);
});

test(
  'TensorFlow reads the files: one by hand as its golden reading says, one of a run',
  { skip: python.missing },
  async (t) => {
    const folder = await scratch(t);
    const byHand = path.join(folder, 'events.out.tfevents.1.hand');
    await writeFile(byHand, (await eventFile()).file);
    assert.deepEqual(await tensorflowReads(byHand), goldenEvents());
    await trained(folder);
    const { files } = await exported(folder, 'tensorboard', 'logs');
    assert.deepEqual(await tensorflowReads(files[0] ?? ''), readEvents(await readFile(files[0] ?? '')));
  },
);
