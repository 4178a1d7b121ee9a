// Views of a weight: a window of it is what the whole tensors have there, and is read without reading all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maskFacts } from '../../../src/engine/probes/maskFacts.ts';
import type { RecordedStep, TensorData } from '../../../src/engine/probes/recordedStep.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';
import { summarize } from '../../../src/engine/probes/tensorSummary.ts';
import { tile } from '../../../src/engine/probes/tile.ts';
import { WeightViews } from '../../../src/engine/probes/weightViews.ts';
import type { RunDescription } from '../../../src/shared/engineContract.ts';

/** Without a memory of anything. */
const weightView: WeightViews['view'] = (...asked) => new WeightViews().view(...asked);

const RAW = '0.rnns.0.weight_hh_l0_raw';
const MASK = '0.rnns.0.weight_hh_l0';
const DERIVED = '0.rnns.0.module.weight_hh_l0';

const leaf = { kind: 'parameter', name: RAW, label: 'weight_hh_l0_raw' };
const described = (dropped: boolean): RunDescription =>
  ({
    tree: [dropped ? { ...leaf, derived: { name: DERIVED, mask: MASK } } : leaf],
    sites: dropped ? [{ name: MASK, p: 0.5 }] : [],
  }) as unknown as RunDescription;

/** A step of these tensors; `cellsRead` counts what left it. */
function stepOf(tensors: Readonly<Record<string, TensorData>>): RecordedStep & { cellsRead: number } {
  const step = {
    ...{ step: 7, mode: 'train' as const, target: null, evidence: NO_EVIDENCE, cellsRead: 0 },
    input: { rows: 1, length: 1, ids: new Int32Array(1) },
    names: () => Object.keys(tensors),
    read: (name: string) => step.readPart(name, 0, Infinity),
    readPart: (name: string, from: number, count: number): TensorData | undefined => {
      const found = tensors[name];
      if (!found) return undefined;
      const data = found.data.slice(from, from + count);
      step.cellsRead += data.length;
      return { shape: found.shape, data };
    },
  };
  return step;
}

const values = (cells: number) =>
  fc.array(fc.constantFrom(-2, -0.5, -0, 0, 0.25, 1, NaN), { minLength: cells, maxLength: cells });

/** A weight, the mask that dropped it (null: not dropped) repeated to its size, and whether a gradient came. */
const weights = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    granularity: fc.constantFrom('element', 'row', 'column', null),
    learns: fc.boolean(),
  })
  .chain(({ rows, cols, granularity, learns }) => {
    const shape = [granularity === 'column' ? 1 : rows, granularity === 'row' ? 1 : cols] as const;
    const cells = rows * cols;
    const factors = fc.array(fc.constantFrom(0, 2), { minLength: shape[0] * shape[1], maxLength: shape[0] * shape[1] });
    const size = fc.record({
      row: fc.nat(9),
      rows: fc.integer({ min: 1, max: 9 }),
      col: fc.nat(9),
      cols: fc.integer({ min: 1, max: 9 }),
    });
    return fc
      .tuple(values(cells), values(cells), factors, size, fc.integer({ min: 1, max: 40 }))
      .map(([raw, gradient, drawn, window, maxCells]) => {
        const whole = Float32Array.from(raw, (_, at) =>
          granularity === null
            ? 1
            : drawn[(shape[0] === 1 ? 0 : Math.floor(at / cols)) * shape[1] + (shape[1] === 1 ? 0 : at % cols)]!,
        );
        const matrix = (data: ArrayLike<number>): TensorData => ({
          shape: [rows, cols],
          data: Float32Array.from(data),
        });
        const derived = matrix(raw.map((value, at) => value * whole[at]!));
        return {
          ...{ rows, cols, window, maxCells, dropped: granularity !== null },
          raw: matrix(raw),
          mask: matrix(whole),
          derived,
          gradient: learns ? matrix(gradient) : matrix(new Float32Array(cells)),
          tensors: {
            [RAW]: matrix(raw),
            ...(learns && { [`grad/${RAW}`]: matrix(gradient) }),
            ...(granularity !== null && {
              [`mask/${MASK}`]: { shape, data: Float32Array.from(drawn) },
              [`derived/${DERIVED}`]: derived,
            }),
          },
        };
      });
  });

test('every pane is what its whole tensor has in the window, with the facts of every cell', () => {
  fc.assert(
    fc.property(weights, ({ tensors, dropped, window, maxCells, ...whole }) => {
      const view = weightView(stepOf(tensors), described(dropped), { name: RAW, window, maxCells });
      const mask = dropped ? whole.mask.data : undefined;
      for (const name of ['raw', 'mask', 'derived', 'gradient'] as const) {
        const { overview, detail, summary } = view.panes[name];
        const reducer = name === 'mask' ? 'kept' : 'extreme';
        assert.deepEqual(overview, tile(overview.name, whole[name], undefined, maxCells, reducer));
        assert.deepEqual(detail, tile(detail.name, whole[name], window, maxCells, reducer));
        const expected = summarize(whole[name].data, name === 'raw' ? undefined : mask);
        assert.ok(Math.abs(summary.norm - expected.norm) < 1e-9);
        assert.deepEqual({ ...summary, norm: 0 }, { ...expected, norm: 0 });
      }
      assert.deepEqual(view.facts, maskFacts(whole.raw.data, whole.mask.data, whole.derived.data, whole.gradient.data));
      assert.deepEqual([view.step, view.shape, view.p], [7, [whole.rows, whole.cols], dropped ? 0.5 : 0]);
    }),
  );
});

test('windows of a weight that was seen are read by their rows alone, as they are without a memory', () => {
  const [rows, cols] = [100, 20];
  const matrix = (): TensorData => ({
    shape: [rows, cols],
    data: Float32Array.from({ length: rows * cols }, Math.random),
  });
  const step = stepOf({
    [RAW]: matrix(),
    [`grad/${RAW}`]: matrix(),
    [`mask/${MASK}`]: matrix(),
    [`derived/${DERIVED}`]: matrix(),
  });
  const run = described(true);
  const views = new WeightViews();
  const window = { row: 40, rows: 5, col: 3, cols: 4 };
  assert.deepEqual(
    views.view(step, run, { name: RAW, maxCells: 50 }),
    weightView(step, run, { name: RAW, maxCells: 50 }),
  );
  step.cellsRead = 0;
  const seen = views.view(step, run, { name: RAW, maxCells: 400, window });
  assert.equal(step.cellsRead, 4 * 5 * cols);
  const { panes } = weightView(step, run, { name: RAW, maxCells: 400, window });
  assert.deepEqual(seen.panes.derived.detail, panes.derived.detail);
  assert.deepEqual(seen.panes.gradient.summary, panes.gradient.summary);
  // Another step is another weight.
  const other = stepOf({ [RAW]: matrix() });
  assert.equal(views.view(other, described(false), { name: RAW, maxCells: 50 }).facts.dropped, 0);
});

test('a weight that the run does not have is said', () => {
  assert.throws(
    () => weightView(stepOf({}), described(true), { name: 'x', maxCells: 9 }),
    /this model has no weight "x"/,
  );
  assert.throws(
    () => weightView(stepOf({}), described(true), { name: RAW, maxCells: 9 }),
    /no tensor "0.rnns.0.weight_hh_l0_raw" was recorded at step 7/,
  );
});
