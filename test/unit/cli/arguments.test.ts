import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments, type Flags } from '../../../src/cli/arguments.ts';
import { Failure, failureText } from '../../../src/cli/failure.ts';
import { startRequest, trainFlags } from '../../../src/cli/trainArguments.ts';

const flags: Flags = { steps: 'string', out: 'string', json: 'boolean' };
const read = (...args: string[]) => readArguments('train', args, flags);
const request = (...args: string[]) =>
  startRequest(readArguments('train', args, trainFlags), '/work', new Date('2026-01-02T03:04:05Z'));

test('positionals and flags in any order', () => {
  const given = read('a.txt', '--steps', '5', 'b.txt', '--json', '--out=x');
  assert.deepEqual([...given.positionals], ['a.txt', 'b.txt']);
  assert.equal(given.integer('steps', 1, 10), 5);
  assert.equal(given.text('out'), 'x');
  assert.equal(given.has('json'), true);
});

test('an unknown flag is refused with the one that was meant', () => {
  assert.throws(() => read('--stpes', '5'), {
    status: 2,
    message: '--stpes: train has no such flag (did you mean --steps?)',
  });
  assert.throws(() => read('--quite-different'), /see dropscope train --help/);
});

test('a missing value, a value too many, and a flag given twice are refused', () => {
  assert.throws(() => read('--steps'), /--steps: its value is missing/);
  assert.throws(() => read('--out', '--json'), /--out: its value is missing/);
  assert.throws(() => read('--json=yes'), /--json: it takes no value/);
  assert.throws(() => read('--out', 'a', '--out', 'b'), /--out: given more than once/);
});

test('an empty argument is refused, for it would name the current folder', () => {
  assert.throws(() => read(''), { status: 2, message: 'train: an argument is empty (leave it away, or name a file)' });
});

test('numbers that are none, or out of range, are refused', () => {
  for (const bad of ['1.5', 'many', '0', '-3', '1e3', '']) {
    assert.throws(
      () => read(`--steps=${bad}`).integer('steps', 1, 10_000),
      /--steps: ".*" is not a whole number from 1/,
    );
  }
});

test('a name that is none of those known is refused with the one that was meant, else with all', () => {
  const colours = ['red', 'green', 'blue'] as const;
  const choice = (...args: string[]) => read(...args).choice('out', colours, 'colour');
  assert.equal(choice(), undefined);
  assert.equal(choice('--out', 'green'), 'green');
  assert.throws(() => choice('--out', 'grene'), {
    status: 2,
    message: '--out: "grene" is no colour (did you mean green?)',
  });
  assert.throws(() => choice('--out', ''), { message: '--out: "" is no colour (one of red, green, blue)' });
});

test('flags become overrides, paths become absolute', () => {
  assert.deepEqual(
    request('texts/*.txt', '--config', 'c.json', '--out', 'r', '--steps', '7', '--seed', '0', '--backend', 'cpu'),
    {
      folder: '/work/r',
      corpus: ['texts/*.txt'],
      base: '/work',
      configFile: '/work/c.json',
      overrides: { steps: 7, seed: 0, backend: 'cpu' },
      resume: false,
      host: 'cli',
      onTrouble: 'fail',
      breakpoints: [{ id: '0', when: 'non_finite > 0', enabled: true }],
    },
  );
  assert.equal(request('a.txt').folder, '/work/runs/20260102-030405');
});

test('--break may be repeated, and a condition that cannot be read is refused with its place', () => {
  assert.deepEqual(
    request('a.txt', '--break', 'loss > 6', '--break=step == 9').breakpoints?.map(({ when }) => when),
    ['non_finite > 0', 'loss > 6', 'step == 9'],
  );
  assert.throws(() => request('a.txt', '--break', 'loss > 6', '--break', 'loss'), {
    message: 'breakpoint "loss": at character 1 "loss" is a number: compare it with one, as in loss > 3',
    status: 2,
  });
  assert.throws(() => request('a.txt', '--break'), /--break: its value is missing/);
});

test('a run is resumed in its own folder and nowhere else', () => {
  assert.equal(request('--resume', 'r').folder, '/work/r');
  assert.equal(request('--resume', 'r', '--out', './r').resume, true);
  assert.throws(() => request('--resume', 'r', '--out', 'other'), /--out: other is not the run/);
});

test('an unknown backend is unusable, with the one that was meant', () => {
  assert.throws(() => request('a', '--backend', 'tensorflw'), { status: 2, message: /did you mean tensorflow\?/ });
  assert.throws(() => request('a', '--backend', 'cuda'), /one of auto, tensorflow, wasm, cpu/);
});

test('a failure is one line; its stack only when asked for', () => {
  const failure = new Failure(2, 'corpus a.txt: it is\n empty (give text)');
  assert.equal(failureText(failure, false), 'dropscope: corpus a.txt: it is empty (give text)\n');
  assert.match(failureText(failure, true), /\n.*at /s);
  assert.match(
    failureText(new Error('boom'), false),
    /^dropscope: boom \(an unexpected error; set DROPSCOPE_DEBUG=1.*\)\n$/,
  );
});
