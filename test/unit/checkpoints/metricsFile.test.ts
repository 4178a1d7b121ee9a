/** metrics.jsonl: written in order and soon, read back with its non-finite numbers, repaired before a resume. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { metricsLine, metricsPath, openMetrics } from '../../../src/engine/checkpoints/metricsFile.ts';
import { latestTrainLines, readMetrics, repairMetrics } from '../../../src/engine/checkpoints/metricsHistory.ts';
import type { EvalLine, TrainLine } from '../../../src/shared/engineContract.ts';

let run = '';
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'dropscope-metrics-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const line = (step: number, more: Partial<TrainLine> = {}): TrainLine => ({
  step,
  epoch: 1,
  loss: 2,
  ce: 1.5,
  ar: 0.25,
  tar: 0.25,
  ppl: Math.exp(1.5),
  lr: 1e-3,
  bptt: 70,
  tokens: 1120,
  ms: 3,
  grad_norm: 1,
  grad_norm_clipped: 0.25,
  non_finite: 0,
  introspection_ms: 0,
  ...more,
});
const evaluation = (step: number): EvalLine => ({ step, split: 'valid', ce: 2, ppl: Math.exp(2), clean_eval: true });
const noError = (error: Error) => assert.fail(error);
const text = () => readFileSync(metricsPath(run), 'utf8');

test('lines reach the disk in order within 250 ms, and at close', async () => {
  const writer = await openMetrics(run, noError);
  for (let step = 1; step <= 100; step++) writer.append(line(step));
  await wait(600);
  assert.equal(text().split('\n').length, 101);
  writer.append(evaluation(100));
  await writer.close();
  const { train, valid } = await readMetrics(run);
  assert.deepEqual(
    train.map(({ step }) => step),
    Array.from({ length: 100 }, (_, i) => i + 1),
  );
  assert.deepEqual(valid, [evaluation(100)]);
});

test('flush waits for what is on its way, from several callers too', async () => {
  const writer = await openMetrics(run, noError);
  writer.append(line(1));
  await Promise.all([writer.flush(), writer.flush()]);
  writer.append(line(2));
  await writer.flush();
  assert.equal(text(), metricsLine(line(1)) + metricsLine(line(2)));
  await writer.close();
});

test('numbers that are not finite are texts in the file and numbers again when read', async () => {
  const odd = line(1, { loss: NaN, ce: Infinity, lr: -Infinity, params: { w: { w: 1, g: null, u: NaN } } });
  writeFileSync(metricsPath(run), metricsLine(odd));
  assert.match(text(), /"loss":"NaN","ce":"Infinity".*"lr":"-Infinity".*"g":null,"u":"NaN"/);
  assert.deepEqual((await readMetrics(run)).train, [odd]);
});

test('a run that has written nothing has no lines and needs no repair', async () => {
  assert.deepEqual(await readMetrics(run), { train: [], valid: [] });
  assert.equal(await repairMetrics(run, 5), 0);
});

test('a torn last line and lines past the checkpoint are dropped', async () => {
  const whole = [line(1), line(2), evaluation(2)].map(metricsLine).join('');
  writeFileSync(metricsPath(run), whole + metricsLine(line(3)) + metricsLine(line(4)).slice(0, 40));
  assert.equal((await readMetrics(run)).train.length, 3);
  assert.equal(await repairMetrics(run, 2), 2);
  assert.equal(text(), whole);
  const { ino } = statSync(metricsPath(run));
  assert.equal(await repairMetrics(run, 2), 0);
  assert.equal(statSync(metricsPath(run)).ino, ino);
});

test('the latest training lines are those at the end, in their order, evaluations left out', async () => {
  assert.deepEqual(await latestTrainLines(run, 3), [], 'no file');
  const lines = Array.from({ length: 20 }, (_, index) => line(index + 1));
  writeFileSync(metricsPath(run), [...lines, evaluation(20)].map(metricsLine).join(''));
  for (const most of [1, 3, 7, 20, 99]) assert.deepEqual(await latestTrainLines(run, most), lines.slice(-most));
});

test('a last line without its newline is kept and ended', async () => {
  writeFileSync(metricsPath(run), metricsLine(line(1)).trimEnd());
  assert.equal(await repairMetrics(run, 9), 0);
  appendFileSync(metricsPath(run), metricsLine(line(2)));
  assert.deepEqual(
    (await readMetrics(run)).train.map(({ step }) => step),
    [1, 2],
  );
});

test('cut anywhere, the file is repaired to a beginning of itself', async () => {
  const lines = [line(1), evaluation(1), line(2, { loss: NaN }), line(3)].map(metricsLine);
  const whole = lines.join('');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.nat(4), async (cut, step) => {
      writeFileSync(metricsPath(run), whole.slice(0, cut));
      await repairMetrics(run, step);
      const left = text();
      assert.ok(whole.startsWith(left) && (left === '' || left.endsWith('\n')));
      const { train, valid } = await readMetrics(run);
      assert.equal(train.length + valid.length, left.split('\n').length - 1);
      assert.ok([...train, ...valid].every((kept) => kept.step <= step));
    }),
    { numRuns: 150 },
  );
});

test('a folder that has vanished is one sentence', async () => {
  await assert.rejects(
    openMetrics(join(run, 'gone'), noError),
    /StorageError: .*metrics\.jsonl: .* vanished \(ENOENT\)/,
  );
});

test(
  'a write that fails in the background is told at once, and its lines are not lost',
  { skip: process.platform !== 'linux' && 'needs /dev/full' },
  async () => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/dev/full', metricsPath(run));
    const heard: string[] = [];
    const writer = await openMetrics(run, ({ message }) => heard.push(message));
    writer.append(line(1));
    await wait(600);
    assert.match(heard.join(), /metrics\.jsonl: the disk is full; free some space \(ENOSPC\)/);
    assert.throws(() => writer.append(line(2)), /the disk is full/);
    await assert.rejects(writer.close(), /the disk is full/);
  },
);
