// The trace of a run's last recorded step: its own masks and parameters come back, under the names of the contract.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readSafetensors } from '../../src/engine/checkpoints/safetensors.ts';
import { scratch } from '../support/scratch.ts';
import { engine, request, tinyConfig, writeText } from './engineHarness.ts';

test('the last recorded step of a run is traced again: same masks, every name of the contract', async (t) => {
  const folder = await scratch(t);
  const { supervisor, until } = engine(t);
  const run = path.join(folder, 'run');
  const config = { ...tinyConfig, steps: 3 };
  await supervisor.request('start', request(run, await writeText(folder), { config }));
  await until(({ status }) => status === 'done');
  const out = path.join(folder, 'trace.safetensors');
  const result = await supervisor.request('recordedTrace', { folder: run, out });
  assert.equal(result.step, 3);
  assert.ok(Number.isFinite(result.loss));
  const { tensors, metadata } = await readSafetensors(out);
  assert.equal(metadata['format'], 'dropscope-trace-1');
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const name of [
    'loss',
    'mask/0.encoder_dp',
    'activation/1.decoder',
    'grad/0.encoder.weight',
    'hidden/0.h',
    'grad_t/0',
  ])
    assert.ok(byName.has(name), name);
  const name = 'mask/0.rnns.0.weight_hh_l0';
  const drawn = await supervisor.request('tensor', { run, name });
  assert.deepEqual(byName.get(name)?.data, drawn.data);
});
