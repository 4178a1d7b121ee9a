// Distributions of a run that trains are in its folder from its first checkpoint on, written seldom.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ActivationLog } from '../../../src/engine/probes/activationLog.ts';
import { readActivations } from '../../../src/engine/session/activationsFile.ts';
import { readHistograms } from '../../../src/engine/session/histogramsFile.ts';
import { KeptSeries } from '../../../src/engine/session/keptSeries.ts';
import type { HistogramSeries } from '../../../src/shared/stepContract.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dropscope-series-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const upTo = (step: number): HistogramSeries => ({
  name: 'w',
  of: 'weight',
  every: 16,
  steps: Float64Array.of(step),
  edges: Float64Array.of(-1, 0, 1),
  counts: Uint32Array.of(2, 3),
  zeros: Uint32Array.of(0),
  nonFinite: Uint32Array.of(0),
  quantiles: Float32Array.of(-1, -0.5, -0.25, 0, 0, 0, 0.25, 0.5, 1),
});

/** A run whose only series is that of `step`, and a clock to be turned. */
function run() {
  const at = { step: 1, ms: 0 };
  const said: string[] = [];
  const watch = {
    allHistograms: () => [upTo(at.step)],
    activations: () => new ActivationLog().view(),
    beside: <T>(work: () => T) => work(),
  };
  const series = new KeptSeries(
    folder,
    watch,
    ({ message }) => said.push(message),
    () => at.ms,
  );
  return { at, said, series };
}

test('they are written with the first checkpoint, then with the first one after a minute', async () => {
  const { at, said, series } = run();
  const stepsWritten = async () => (await readHistograms(folder)).map(({ steps }) => steps[0]);
  await series.checkpointed();
  assert.deepEqual(await stepsWritten(), [1]);
  assert.notEqual(await readActivations(folder), null);
  [at.step, at.ms] = [2, 59_999];
  await series.checkpointed();
  assert.deepEqual(await stepsWritten(), [1]);
  [at.step, at.ms] = [3, 60_000];
  await series.checkpointed();
  assert.deepEqual(await stepsWritten(), [3]);
  assert.deepEqual(said, []);
});

test('what cannot be written is said and stops nothing', async () => {
  writeFileSync(path.join(folder, 'recorded'), 'a file in the way');
  const { said, series } = run();
  await series.checkpointed();
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^distributions so far are not kept: .*histograms\.json/);
});
