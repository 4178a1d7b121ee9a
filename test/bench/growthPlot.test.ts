import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dimensions } from '../../src/engine/bench/benchModel.ts';
import { growthPlot, type GrowthPoint } from './growthPlot.ts';

const points = (values: readonly number[], msOf: (value: number) => number): GrowthPoint[] =>
  values.map((value) => ({ value, flops: value * 1e6, fastest: msOf(value), ms: 2 * msOf(value) }));

const axes = (msOf: (value: number) => number) => ({
  bptt: points([35, 70, 140], msOf),
  bs: points([8, 16, 32], msOf),
  n_hid: points([64, 128, 256], msOf),
  vocab_sz: points([48, 96, 192], msOf),
  n_layers: points([1, 2, 4], msOf),
});

test('the plot has a chart for each size, with its values, and both backends in words for those who cannot see it', () => {
  const series = [
    { backend: 'tensorflow', threads: 2, axes: axes((value) => value) },
    { backend: 'wasm', threads: 2, axes: axes(() => 7) },
  ];
  const svg = growthPlot({ around: dimensions.small, node: 'v24', series });
  for (const title of ['T, tokens in a row', 'B, rows in a batch', 'n_hid, hidden units', 'V, words', 'layers'])
    assert.ok(svg.includes(title), title);
  assert.match(svg, /aria-label="[^"]*wasm, bptt 35 to 140: 7\.0 to 7\.0 ms/);
  assert.equal(svg.match(/<circle/g)?.length, 2 * 5 * 3);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
});

test('what grows in proportion to the products lies on its dashed line', () => {
  const svg = growthPlot({
    around: dimensions.small,
    node: 'v24',
    series: [{ backend: 'wasm', threads: 1, axes: axes((value) => value) }],
  });
  const [, expected] = /class="expected s0" d="M([^"]+)"/.exec(svg) ?? [];
  const [, measured] = /class="line s0" d="M([\d. L]+)"\/>\n<circle/.exec(svg) ?? [];
  assert.ok(expected !== undefined && expected === measured);
});
