/** `dropscope check` as a process: its three formats, its exit statuses, what it refuses. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Finding } from '../../../src/shared/finding.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'dropscope-check-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array): string {
  writeFileSync(path.join(folder, name), text);
  return name;
}

function check(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const main = path.join(root, 'src/cli/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'check', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const bad = write('bad.py', 'from torch import nn\ndrop = nn.Dropout(20)\n');
const good = write('good.py', 'from torch import nn\ndrop = nn.Dropout(0.2)\n');
const cells = [
  { cell_type: 'markdown', source: ['nn.Dropout(9)'] },
  { cell_type: 'code', source: ['%matplotlib inline\n', 'from torch import nn\n', 'é = "\\u00e9\\t"\n'] },
  { cell_type: 'code', source: 'drop = nn.Dropout([0.5])' },
  { cell_type: 'code', source: '%%bash\nnn.Dropout(7)' },
];
const notebook = write('book.ipynb', JSON.stringify({ cells, nbformat: 4 }, null, 1));
const config = write('a.dropscope.json', '{\n  // dropouts\n  "weight_p": 1.5,\n  "hiden_p": 0.1\n}\n');
const rotated = write('b.dropscope.json', '{ "hidden_p": 0.25, "input_p": 0.15 }\n');

test('nothing found: exit 0 and no text', () => {
  assert.deepEqual(check(good), { status: 0, stdout: '', stderr: '' });
  assert.equal(check(good, '--json').stdout, '[]\n');
});

test('findings: exit 1, one line each', () => {
  const { status, stdout } = check(good, bad);
  assert.equal(status, 1);
  assert.match(stdout, /^bad\.py:2:19: error: p is 20: .* \[p-out-of-range\]\n$/);
});

test('JSON: an array of findings, the same with --format json', () => {
  const { stdout } = check(bad, '--format', 'json');
  const [finding] = JSON.parse(stdout) as Finding[];
  const { message, ...rest } = finding!;
  assert.match(message, /between 0 and 1/);
  const where = { file: 'bad.py', line: 2, column: 19, endLine: 2, endColumn: 21 };
  assert.deepEqual(rest, { ...where, code: 'p-out-of-range', severity: 'error' });
  assert.equal(check(bad, '--json').stdout, stdout);
});

test('a notebook: code cells alone, and the place in the file', () => {
  const findings = JSON.parse(check(notebook, '--json').stdout) as Finding[];
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['p-list'],
  );
  const lines = JSON.stringify({ cells, nbformat: 4 }, null, 1).split('\n');
  const [{ line, column, endColumn }] = findings as [Finding];
  assert.equal(lines[line - 1]!.slice(column - 1, endColumn - 1), '[0.5]');
});

test('configs: the codes of the rules', () => {
  const found = (file: string) =>
    (JSON.parse(check(file, '--json').stdout) as Finding[]).map(
      ({ line, code, severity }) => `${line} ${severity} ${code}`,
    );
  assert.deepEqual(found(config), ['3 error p-out-of-range', '4 warning unknown-config-key']);
  assert.deepEqual(found(rotated), ['1 info swapped-values']);
});

test('SARIF: rules and results that belong together', () => {
  const { stdout } = check(bad, config, '--format', 'sarif');
  const { version, runs } = JSON.parse(stdout) as {
    version: string;
    runs: [
      {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number; level: string }[];
      },
    ];
  };
  assert.equal(version, '2.1.0');
  const [{ tool, results }] = runs;
  assert.equal(results.length, 3);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
});

test('what cannot be read: exit 2, one line, nothing on stdout', () => {
  const broken = write('broken.ipynb', '{ "cells": [');
  const latin = write('latin.py', Uint8Array.of(0x23, 0xe9, 0x0a));
  const text = write('notes.txt', 'nn.Dropout(2)');
  const refused = [
    [],
    ['none.py'],
    [broken],
    [latin],
    [text],
    [bad, '--format', 'xml'],
    [bad, '--json', '--format', 'text'],
    [bad, '--colour'],
    ['.'],
  ];
  for (const args of refused) {
    const { status, stdout, stderr } = check(...args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, /^dropscope: .+\n$/);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
  }
});
