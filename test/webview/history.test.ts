/** The page's history of a run: appended, rewound by a resumed run, and read at any step. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrainColumns } from '../../src/shared/engineContract.ts';
import { MOST_ROWS } from '../../src/shared/thinning.ts';
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

test('a long run stays bounded: its first and newest steps are whole, the others lie evenly, spikes and columns in step', () => {
  const history = new History();
  const batch = 1000;
  for (let from = 1; from <= 60_000; from += batch) {
    const more = lines(from, from + batch - 1, 5, from > 5000 ? { a: 1 } : {});
    more.loss.forEach((_, index) => (more.loss[index] = from + index));
    if (from === 2001) more.gradNorm[123] = 99;
    history.appendTrain(more);
    assert.ok(history.length <= MOST_ROWS);
  }
  assert.equal(history.lastStep, 60_000);
  const steps = history.column('step').values();
  assert.ok(steps.every((step, index) => index === 0 || step > steps[index - 1]!));
  assert.deepEqual(history.column('loss').values(), steps, 'each row is still of one step');
  assert.deepEqual(
    [...steps.slice(-4000)],
    Array.from({ length: 4000 }, (_, index) => 56_001 + index),
  );
  assert.deepEqual(
    [...steps.slice(0, 100)],
    Array.from({ length: 100 }, (_, index) => 1 + index),
  );
  const gaps = steps.slice(100, -5000).map((step, index) => steps[index + 101]! - step);
  assert.ok(Math.max(...gaps) <= 16, `${Math.max(...gaps)}`);
  const spike = history.indexOf(2124);
  assert.deepEqual([history.column('step').at(spike), history.column('gradNorm').at(spike)], [2124, 99]);
  const series = history.series('paramGrad', 'a');
  assert.equal(series.length, history.length);
  assert.deepEqual([series.at(history.indexOf(4000)), series.at(history.indexOf(6000))], [NaN, 1]);
});
