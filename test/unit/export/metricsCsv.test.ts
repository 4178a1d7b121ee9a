// metrics.jsonl as a table: every number under its own name, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CsvColumns, type MetricsLine } from '../../../src/engine/export/metricsCsv.ts';
import { evalLine, trainLine } from './measuredRun.ts';

function table(lines: readonly MetricsLine[]): string[][] {
  const columns = new CsvColumns();
  assert.equal(columns.any, false);
  for (const line of lines) columns.meet(line);
  const text = columns.header() + lines.map((line) => columns.row(line)).join('');
  assert.ok(text.endsWith('\n'));
  const rows = text
    .trimEnd()
    .split('\n')
    .map((row) => row.split(','));
  assert.ok(rows.every((row) => row.length === columns.size));
  return rows;
}

test('a column for every number; what a line does not have is empty; non-finite numbers keep their names', () => {
  const [header, first, second] = table([
    trainLine(1, { ppl: Infinity, params: { 'a.w': { w: 0.1, g: null, u: NaN } } }),
    trainLine(2, {
      params: { 'a.w': { w: 0.25, g: -Infinity, u: 1e-7 } },
      sites: { m: { p: 0.5, kept: 1, draws: 4 } },
    }),
  ]) as [string[], string[], string[]];
  const cell = (row: string[], name: string) => row[header.indexOf(name)];
  assert.deepEqual(header.slice(0, 3), ['step', 'epoch', 'loss']);
  assert.deepEqual(
    ['step', 'ppl', 'params/a.w/w', 'params/a.w/g', 'params/a.w/u', 'sites/m/kept'].map((name) => cell(first, name)),
    ['1', 'Infinity', '0.1', '', 'NaN', ''],
  );
  assert.deepEqual(
    ['params/a.w/g', 'params/a.w/u', 'sites/m/p', 'sites/m/draws'].map((name) => cell(second, name)),
    ['-Infinity', '1e-7', '0.5', '4'],
  );
});

test('evaluations are a table of their own', () => {
  assert.deepEqual(table([evalLine]), [
    ['step', 'split', 'ce', 'ppl', 'clean_eval'],
    ['2', 'valid', '5.5', String(Math.exp(5.5)), 'true'],
  ]);
});

test('commas and quotation marks in names are quoted', () => {
  const columns = new CsvColumns();
  columns.meet(trainLine(1, { sites: { 'a,"b"': { p: 0, kept: 1, draws: 1 } } }));
  assert.match(columns.header(), /,"sites\/a,""b""\/p",/);
});
