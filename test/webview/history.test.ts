/** The page's history of a run: appended, rewound by a resumed run, and read at any step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainColumns } from '../../src/shared/engineContract.ts';
import { History } from '../../webview/inspector/history.ts';

function lines(from: number, to: number, loss: number, named: Record<string, number> = {}): TrainColumns {
  const step = Float64Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const all = (value: number) => new Float32Array(step.length).fill(value);
  const paramGrad = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, all(value)]));
  return {
    step,
    loss: all(loss),
    ce: all(loss),
    gradNorm: all(1),
    gradNormClipped: all(0.25),
    lr: all(1e-3),
    ms: all(1),
    introspectionMs: all(0),
    tokens: all(10),
    paramGrad,
    paramUpdate: {},
    kept: {},
  };
}

test('a resumed run replaces the steps it repeats', () => {
  const history = new History();
  history.appendTrain(lines(1, 300, 5));
  history.appendTrain(lines(301, 320, 4));
  assert.equal(history.length, 320);
  assert.equal(history.revision, 0);
  history.appendTrain(lines(201, 210, 3));
  assert.equal(history.length, 210);
  assert.equal(history.lastStep, 210);
  assert.equal(history.revision, 1);
  assert.deepEqual(
    [199, 200].map((index) => history.column('loss').at(index)),
    [5, 3],
  );
});

test('a parameter that lines leave out is unknown there, not zero', () => {
  const history = new History();
  history.appendTrain(lines(1, 2, 5));
  history.appendTrain(lines(3, 4, 5, { a: 7 }));
  history.appendTrain(lines(5, 6, 5));
  const series = history.series('paramGrad', 'a');
  assert.deepEqual([...series.values()], [NaN, NaN, 7, 7, NaN, NaN]);
  assert.equal(history.lastKnown(series, 5), 3);
  assert.equal(history.lastKnown(series, 1), -1);
  assert.equal(history.series('kept', 'nowhere').length, 0);
});

test('a step that has no line is the one before it', () => {
  const history = new History();
  history.appendTrain(lines(10, 12, 5));
  assert.equal(history.indexOf(11), 1);
  assert.equal(history.indexOf(50), 2);
  assert.equal(history.indexOf(3), -1);
});
