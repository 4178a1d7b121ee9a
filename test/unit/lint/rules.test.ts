/**
 * Every rule on its cases in test/fixtures/lint/rules: what is marked with "#! code" is found on that line, and nothing
 * else. The same for the code of the five seed documents, written anew.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { analyse } from '../../../src/lint/analyse.ts';
import type { TextEdit } from '../../../src/shared/finding.ts';
import { rules } from '../../../src/lint/rules/rules.ts';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures/lint');

interface Case {
  readonly title: string;
  readonly text: string;
}

function casesOf(code: string): Case[] {
  const text = readFileSync(path.join(fixtures, 'rules', `${code}.py`), 'utf8');
  return text
    .split(/^# --- /m)
    .slice(1)
    .map((part) => ({ title: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) }));
}

/** "line code" of every mark. */
function marks(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const marked = /#! (.*)$/.exec(line);
    return marked ? marked[1]!.split(' ').map((code) => `${index + 1} ${code}`) : [];
  });
}

function found(text: string): string[] {
  return analyse({ file: 'case.py', text }).map(({ line, code }) => `${line} ${code}`);
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const last = [...edits].sort((a, b) => b.from - a.from);
  return last.reduce(
    (result, { from, to, text: inserted }) => result.slice(0, from) + inserted + result.slice(to),
    text,
  );
}

for (const rule of rules.filter(({ check }) => check)) {
  const cases = casesOf(rule.code);
  for (const { title, text } of cases) {
    test(`${rule.code}: ${title}`, () => {
      assert.deepEqual(found(text).sort(), marks(text).sort());
    });
  }

  test(`${rule.code}: three good and three bad cases, a page, and fixes that work`, () => {
    const bad = cases.filter(({ title }) => title.startsWith('bad: '));
    assert.ok(bad.length >= 3 && cases.length - bad.length >= 3);
    assert.ok(bad.every(({ text }) => marks(text).some((mark) => mark.endsWith(` ${rule.code}`))));
    for (const { text } of bad) {
      for (const finding of analyse({ file: 'case.py', text })) {
        assert.equal(finding.severity, rules.find(({ code }) => code === finding.code)?.severity);
        if (!finding.fix || finding.code !== rule.code) continue;
        const fixed = applied(text, finding.fix.edits);
        const left = analyse({ file: 'case.py', text: fixed }).filter(({ code }) => code === rule.code);
        const before = found(text).filter((mark) => mark.endsWith(` ${rule.code}`));
        assert.equal(left.length, before.length - 1, `${finding.fix.title} leaves the finding:\n${fixed}`);
      }
    }
  });
}

for (const rule of rules) {
  test(`${rule.code} has its page`, () => {
    const page = path.resolve(import.meta.dirname, `../../../docs/rules/${rule.code}.md`);
    assert.ok(existsSync(page), page);
    assert.match(readFileSync(page, 'utf8'), new RegExp(`^# ${rule.code}\n[\\s\\S]*${rule.severity}`));
  });
}

for (const file of readdirSync(path.join(fixtures, 'seeds'))) {
  test(`seed document: ${file}`, () => {
    const text = readFileSync(path.join(fixtures, 'seeds', file), 'utf8');
    assert.deepEqual(found(text), marks(text));
  });
}
