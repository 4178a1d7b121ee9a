/** 10,000 lines re-checked after a keystroke: the aim is 50 ms; ten times that fails. The time is printed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { analyse, readDocument } from '../../../src/lint/analyse.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/lint/seeds');
const parts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));

test('a keystroke in 10,000 lines', (context) => {
  let text = '';
  for (let lines = 0, i = 0; lines < 10_000; i++) {
    const part = parts[i % parts.length]!;
    text += `${part}\n`;
    lines += part.split('\n').length;
  }
  let read = readDocument({ file: 'a.py', text });
  const middle = text.indexOf('\n', text.length >> 1);
  const times: number[] = [];
  for (let key = 1; key <= 15; key++) {
    const document = { file: 'a.py', text: `${text.slice(0, middle)}\nx = ${'1'.repeat(key)}${text.slice(middle)}` };
    const started = performance.now();
    read = readDocument(document, read ?? undefined);
    analyse(document, read);
    times.push(performance.now() - started);
  }
  const median = times.sort((a, b) => a - b)[times.length >> 1]!;
  context.diagnostic(`re-check after a keystroke in 10,000 lines: ${median.toFixed(1)} ms (aim 50)`);
  assert.ok(median < 500, `${median} ms`);
});

test('a file that mentions none of the names is not parsed', () => {
  const text = 'import os\n'.repeat(10_000);
  assert.equal(readDocument({ file: 'a.py', text }), null);
});
