// Activations of a real run and gates by unit: while the engine that trained is there, from the folder after it, and on.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { engine, request, tinyConfig, writeText } from './engineHarness.ts';

test('activations of a run are those of its steps, are read from its folder, and go on with it', async (t) => {
  const folder = await scratch(t);
  const run = path.join(folder, 'run');
  const first = engine(t);
  const config = { ...tinyConfig, epochs: 40 };
  const start = request(run, await writeText(folder), { config, overrides: { steps: 70 }, budgetPercent: 100 });
  await first.supervisor.request('start', start);
  await first.until(({ status }) => status === 'done');
  await first.supervisor.request('settle', null);
  const live = await first.supervisor.request('activations', { run });
  assert.deepEqual([...live.steps], [1, 32, 64]);
  assert.deepEqual([live.every, live.counted, live.positions, live.layers.length], [32, 20, 20, 2]);
  const { shape, data } = await first.supervisor.request('tensor', { run, name: 'activation/0.rnns.0', step: 64 });
  assert.deepEqual(shape, [4, 6, 10]);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  assert.ok(Math.abs(live.layers[0]!.mean[2]! - mean) < 1e-6, `${live.layers[0]!.mean[2]} ${mean}`);
  assert.ok(Math.abs(live.layers[0]!.deviation[2]! - deviation) < 1e-6);
  const gates = await first.supervisor.request('gates', { run });
  const { saturation } = await first.supervisor.request('gradients', { run });
  assert.deepEqual([gates.step, gates.layers.map(({ units }) => units)], [70, [10, 12]]);
  gates.layers.forEach(({ units, low, high }, layer) => {
    for (let gate = 0; gate < 4; gate++) {
      const of = (shares: Float32Array) => shares.subarray(gate * units, (gate + 1) * units).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs((of(low) + of(high)) / units - saturation.layers[layer]![gate]!) < 1e-6);
    }
  });
  first.supervisor.dispose();

  const second = engine(t);
  await second.supervisor.request('describe', { folder: run });
  assert.deepEqual(await second.supervisor.request('activations', { run: 'run' }), live);
  assert.deepEqual(await second.supervisor.request('gates', { run: 'run' }), gates);
  await second.supervisor.request('start', {
    folder: run,
    corpus: [],
    base: run,
    overrides: { steps: 100 },
    resume: true,
    host: 'test',
    onTrouble: 'fail',
    budgetPercent: 100,
  });
  await second.until(({ status, step }) => status === 'done' && step === 100);
  const longer = await second.supervisor.request('activations', { run });
  assert.deepEqual([...longer.steps], [1, 32, 64, 96]);
  assert.deepEqual(longer.layers[1]!.mean.slice(0, 3), live.layers[1]!.mean);
});
