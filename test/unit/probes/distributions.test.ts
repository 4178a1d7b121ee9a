// Distributions are exact: against sorting and counting one by one, for values of every scale.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { floatDistribution, QUANTILES } from '../../../src/engine/probes/floatDistribution.ts';
import { Histograms, histogramsOf } from '../../../src/engine/probes/histograms.ts';
import { Series } from '../../../src/engine/probes/histogramSeries.ts';
import type { RecordedStep } from '../../../src/engine/probes/recordedStep.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';
import { symmetricLogEdges, widened } from '../../../src/engine/probes/symmetricLogBins.ts';

/** Enough copies to be counted by bits instead of sorted. */
const many = (values: readonly number[]): Float32Array =>
  Float32Array.from(
    { length: values.length * Math.ceil(5000 / values.length) },
    (_, at) => values[at % values.length]!,
  );

function check(data: Float32Array): void {
  const finite = [...data].filter(Number.isFinite).sort((a, b) => a - b);
  const found = floatDistribution(data);
  assert.equal(found.finite, finite.length);
  assert.equal(found.nonFinite, data.length - finite.length);
  assert.equal(found.zeros, finite.filter((value) => value === 0).length);
  const rank = (share: number) => Math.max(0, Math.ceil(share * finite.length) - 1);
  const expected = QUANTILES.map((share) => (finite.length === 0 ? NaN : finite[rank(share)]! + 0));
  assert.deepEqual(
    [...found.quantiles].map((value) => value + 0),
    expected,
  );
  if (found.largest === 0) return;
  const edges = symmetricLogEdges(found.largest);
  const counts = found.countIn(edges);
  const slow = new Uint32Array(edges.length - 1);
  for (const value of finite) {
    if (value === 0) continue;
    const bin = edges.findLastIndex((edge) => (value < 0 ? edge < value : edge <= value));
    slow[Math.min(slow.length - 1, Math.max(0, bin))]!++;
  }
  assert.deepEqual([...counts], [...slow]);
}

const value = fc.oneof(fc.float(), fc.constantFrom(0, -0, 1, -1, 0.75, 1.5, NaN, Infinity, -Infinity, 1e-40));

describe('floatDistribution', () => {
  it('few values: quantiles by rank, zeros and not finite ones apart, each value in its bin', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => check(Float32Array.from(values))),
    );
  });

  it('many values: the same by their bits', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => check(many(values))),
      { numRuns: 40 },
    );
  });

  it('no finite value has no quantile', () => {
    for (const data of [Float32Array.of(NaN, Infinity), many([NaN])]) {
      assert.ok(floatDistribution(data).quantiles.every(Number.isNaN));
      assert.equal(floatDistribution(data).largest, 0);
    }
  });
});

describe('symmetricLogEdges', () => {
  it('ascends, mirrors about 0, is linear within and two an octave without', () => {
    const edges = [...symmetricLogEdges(0.3)];
    assert.deepEqual(
      edges.map((edge) => 0 - edge).reverse(),
      edges.map((edge) => edge + 0),
    );
    assert.ok(edges.every((edge, at) => at === 0 || edge > edges[at - 1]!));
    const positive = edges.filter((edge) => edge > 0);
    const linear = positive[0]!;
    assert.deepEqual(positive.slice(0, 4), [linear, 2 * linear, 3 * linear, 4 * linear]);
    assert.deepEqual(positive.slice(4, 8), [6 * linear, 8 * linear, 12 * linear, 16 * linear]);
    assert.ok(edges.at(-1)! > 0.3 * 4, 'there is room to grow');
    assert.ok(edges.every((edge) => Math.fround(edge) === edge));
  });

  it('widened keeps the bins there are', () => {
    const edges = symmetricLogEdges(1);
    const { edges: wider, added } = widened(edges, 1000);
    assert.deepEqual([...wider.slice(added, wider.length - added)], [...edges]);
    assert.ok(wider.at(-1)! >= 1000 && added > 0);
    assert.equal(widened(edges, 2).added, 0);
  });
});

describe('Series', () => {
  it('takes step 1 and every 16th, and halves itself when it is full', () => {
    const series = new Series('w', 'weight');
    let taken = 0;
    for (let step = 1; step <= 16 * 600; step++) {
      if (!series.takes(step)) continue;
      series.add(step, Float32Array.of(step, -step, 0, NaN));
      taken++;
    }
    const view = series.view();
    assert.ok(taken > view.steps.length && view.steps.length <= 256, `${view.steps.length} of ${taken}`);
    assert.equal(view.every, 64);
    assert.ok(view.steps.every((step) => step === 1 || step % 64 === 0));
    const bins = view.edges.length - 1;
    assert.equal(view.counts.length, view.steps.length * bins);
    view.steps.forEach((step, row) => {
      const counts = view.counts.subarray(row * bins, (row + 1) * bins);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        2,
      );
      const bin = counts.findLastIndex((count) => count > 0);
      assert.ok(view.edges[bin]! <= step && step < view.edges[bin + 1]!, 'also where the bins were widened since');
      assert.deepEqual([view.zeros[row], view.nonFinite[row]], [1, 1]);
      assert.equal(view.quantiles[row * 9 + 8], step);
    });
  });

  it('has no bins while all is zero', () => {
    const series = new Series('bias', 'weight');
    series.add(1, new Float32Array(4));
    assert.deepEqual([series.view().edges.length, series.view().counts.length, series.view().zeros[0]], [0, 0, 4]);
    series.add(16, Float32Array.of(0, 1e-3, 0, 0));
    const { edges, counts } = series.view();
    assert.equal(counts.length, 2 * (edges.length - 1));
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      1,
    );
  });

  it('goes on from what was kept, up to the step that is gone on from', () => {
    const recorded = (step: number): RecordedStep => ({
      step,
      mode: 'train',
      input: { rows: 1, length: 1, ids: Int32Array.of(0) },
      target: null,
      evidence: NO_EVIDENCE,
      names: () => ['w', 'grad/w'],
      read: (name) => ({ shape: [2], data: Float32Array.of(step, name === 'w' ? 1 : 100) }),
    });
    const first = new Histograms(['w']);
    for (const step of [1, 16, 32, 48]) first.add(recorded(step));
    const second = new Histograms(['w'], first.all(), 32);
    second.add(recorded(48));
    assert.deepEqual(second.view('w', 'gradient'), first.view('w', 'gradient'));
    assert.throws(() => histogramsOf(second.all(), 'v', 'weight'), /no parameter "v" \(it has w\)/);
    assert.throws(() => histogramsOf([], 'v', 'weight'), /no distributions were kept/);
  });
});
