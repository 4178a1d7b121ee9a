/**
 * Half-typed, cut and scrambled code: the analysis gives an answer, and the same one whether the text was parsed at once
 * or edit by edit.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { analyse, readDocument } from '../../../src/lint/analyse.ts';

const folder = path.resolve(import.meta.dirname, '../../fixtures/lint/seeds');
const texts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
const whole = texts.join('\n');
const tokens = [
  '(',
  ')',
  '[',
  ']',
  ':',
  ',',
  '=',
  '\n',
  '    ',
  '"',
  "'",
  '"""',
  'def ',
  'class ',
  'self.',
  '.data',
  '*',
  '\\',
];

const cut = fc.record({
  text: fc.constantFrom(...texts, whole),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  inserted: fc.array(fc.constantFrom(...tokens), { maxLength: 6 }),
});

function edited({ text, from, to, inserted }: { text: string; from: number; to: number; inserted: readonly string[] }) {
  const [a, b] = [Math.floor(text.length * from), Math.floor(text.length * to)];
  return text.slice(0, Math.min(a, b)) + inserted.join('') + text.slice(Math.max(a, b));
}

test('any cut and insertion leaves an answer whose places lie in the text', () => {
  fc.assert(
    fc.property(cut, (change) => {
      const text = edited(change);
      const lines = text.split('\n');
      for (const { line, column, endLine } of analyse({ file: 'a.py', text })) {
        assert.ok(line >= 1 && line <= lines.length && endLine >= line);
        assert.ok(column >= 1 && column <= lines[line - 1]!.length + 1);
      }
    }),
    { numRuns: 300, seed: 6 },
  );
});

test('every prefix of the code of the seed documents is read', () => {
  for (const text of texts) {
    for (let end = 0; end < text.length; end += 7) analyse({ file: 'a.py', text: text.slice(0, end) });
  }
});

test('any text at all is read, as Python, notebook and config', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (noise) => {
      for (const file of ['a.py', 'a.ipynb', 'dropscope.json']) analyse({ file, text: `F.dropout${noise}` });
    }),
    { numRuns: 300, seed: 6 },
  );
});

test('deep nesting does not overflow', () => {
  const deep = `x = F.dropout(${'('.repeat(20_000)}w${')'.repeat(20_000)}, p=${'['.repeat(5000)}`;
  analyse({ file: 'a.py', text: deep });
  analyse({ file: 'a.py', text: `x = F.dropout(w, ${'-'.repeat(20_000)}1)\ny = ${'a.'.repeat(20_000)}dropout(1)` });
  analyse({ file: 'a.py', text: `p = ${'1 + '.repeat(20_000)}1\nnn.Dropout(p)` });
  analyse({ file: 'a.ipynb', text: `{"cells": ${'['.repeat(50_000)}"dropout"` });
});

test('names that go in circles end', () => {
  const text =
    'a = b\nb = a\np = p\nclass D(nn.Module):\n  def f(self):\n    self.p = self.q\n    self.q = self.p\n    nn.Dropout(self.p)\n';
  assert.deepEqual(analyse({ file: 'a.py', text: `${text}nn.Dropout(a)\nnn.Dropout(p)` }), []);
});

test('parsed edit by edit, the findings are those of the whole', () => {
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 5 }), (changes) => {
      let read = readDocument({ file: 'a.py', text: whole });
      for (const change of changes) {
        const document = { file: 'a.py', text: edited({ ...change, text: whole }) };
        const next = readDocument(document, read ?? undefined);
        assert.deepEqual(analyse(document, next), analyse(document));
        read = next ?? read;
      }
    }),
    { numRuns: 60, seed: 6 },
  );
});
