import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricsUpdate, TrainLine } from '../../../src/shared/engineContract.ts';
import { thinned, trainColumns } from '../../../src/engine/session/metricColumns.ts';
import { MetricsFeed } from '../../../src/engine/session/metricsFeed.ts';

function line(step: number, more: Partial<TrainLine> = {}): TrainLine {
  return {
    step,
    epoch: 1,
    loss: 5 - step / 100,
    ce: 4,
    ar: 0.5,
    tar: 0.5,
    ppl: 50,
    lr: 0.002,
    bptt: 70,
    tokens: 1000,
    ms: 10,
    grad_norm: 1,
    grad_norm_clipped: 0.25,
    non_finite: 0,
    introspection_ms: 1,
    ...more,
  };
}

test('a parameter that a line does not speak of is NaN in its column', () => {
  const columns = trainColumns([line(1, { params: { w: { w: 1, g: 0.5, u: 0.1 } } }), line(2)]);
  assert.deepEqual([...columns.paramGrad['w']!], [0.5, NaN]);
  assert.deepEqual([...columns.step], [1, 2]);
});

test('a leaf without a gradient is NaN, not zero', () => {
  const columns = trainColumns([line(1, { params: { w: { w: 1, g: null, u: 0 } } })]);
  assert.ok(Number.isNaN(columns.paramGrad['w']![0]));
});

test('thinning keeps the first and last line, every spike and lines with details', () => {
  const lines = Array.from({ length: 1000 }, (_, i) =>
    line(i + 1, i === 500 ? { loss: 90 } : i === 700 ? { loss: NaN } : i % 16 === 15 ? { params: {} } : {}),
  );
  const kept = thinned(lines, 100);
  assert.ok(kept.length <= 100);
  assert.equal(kept[0]!.step, 1);
  assert.equal(kept.at(-1)!.step, 1000);
  assert.ok(kept.some(({ loss }) => loss === 90));
  assert.ok(kept.some(({ loss }) => Number.isNaN(loss)));
  assert.ok(kept.filter(({ params }) => params).length >= 20);
  assert.deepEqual(
    kept.map(({ step }) => step),
    kept.map(({ step }) => step).sort((a, b) => a - b),
  );
});

test('the feed sends at most ten times a second, loses no line and keeps the newest details', () => {
  let now = 0;
  const sent: MetricsUpdate[] = [];
  const feed = new MetricsFeed(
    'r',
    1000,
    (update) => sent.push(update),
    () => now,
  );
  for (let step = 1; step <= 1000; step++) {
    now += 1;
    feed.add(line(step, step === 990 ? { params: { w: { w: 1, g: 2, u: 3 } } } : {}));
  }
  feed.flush();
  assert.ok(sent.length <= 11, `${sent.length} notifications in a second`);
  assert.deepEqual(
    sent.flatMap(({ train }) => [...train.step]),
    Array.from({ length: 1000 }, (_, i) => i + 1),
  );
  const last = sent.at(-1)!;
  assert.equal(last.latest?.step, 1000);
  assert.equal(last.latest?.params?.['w']?.g, 2);
  assert.equal(last.tokensPerSecond, 100_000);
  assert.equal(last.secondsLeft, 0);
  assert.ok(Math.abs(last.introspectionShare - 0.1) < 1e-12);
});
