import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { dropscope, tinyConfig, writeText } from './engineHarness.ts';

interface Report {
  readonly holds: boolean;
  readonly corpus: string;
  readonly promises: readonly { promise: string; holds: boolean; sentence: string; number: number }[];
}

const NAMES = [
  'who-learns',
  'raw-mask-derived',
  'gradient-through-mask',
  'eval-repeats',
  'locked-over',
  'keep-rate',
  'nobody-moved',
  'replayable',
  'honest-cost',
];

test('dropscope verify holds every promise against real steps and writes nothing', async (t) => {
  const folder = await scratch(t);
  const config = path.join(folder, 'dropscope.json');
  await writeFile(config, JSON.stringify(tinyConfig));
  const text = await writeText(folder);
  const before = await readdir(folder);
  const given = await dropscope(['verify', '--config', config, text, '--steps', '3', '--json'], folder);
  assert.equal(given.status, 0, given.stderr + given.stdout);
  const report = JSON.parse(given.stdout) as Report;
  assert.deepEqual(
    report.promises.map(({ promise }) => promise),
    NAMES,
  );
  for (const { promise, holds, sentence, number } of report.promises) {
    assert.ok(holds && sentence.length > 10 && Number.isFinite(number), promise);
  }
  // Ten parameters, looked at before each of three steps: they were those of real steps.
  assert.match(report.promises[6]!.sentence, /10 parameters kept every bit .*; optimiser steps made 20 changes/);
  assert.equal(report.corpus, 'given');
  assert.deepEqual(await readdir(folder), before);

  const madeUp = await dropscope(['verify', '--config', config], folder);
  assert.equal(madeUp.status, 0, madeUp.stderr);
  assert.match(madeUp.stdout, /^held {4}Who learns +all \d+ parameters get a gradient/m);
  assert.match(madeUp.stdout, /all 9 promises held in 5 steps on wasm, on a made-up text/);
});

test('what verify cannot use is one sentence and exit status 2', async (t) => {
  const folder = await scratch(t);
  const config = path.join(folder, 'dropscope.json');
  await writeFile(config, '{"weight_p": 1.2}');
  for (const [args, says] of [
    [['verify', '--config', config], /^dropscope: config .*line 1: weight_p is 1\.2/],
    [['verify', '--steps', 'many'], /^dropscope: --steps: "many" is not a whole number/],
    [['verify', path.join(folder, 'nothing.txt')], /^reading the corpus\ndropscope: .*nothing\.txt/],
  ] as const) {
    const { status, stderr, stdout } = await dropscope(args, folder);
    assert.equal(status, 2, stderr);
    assert.match(stderr, says);
    assert.equal(stdout, '');
  }
});
