// Training through the command: the run ends, its folder and its tensors agree with each other, and the extension host
// stays free for the person's typing meanwhile.
import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readMetrics, readRun } from '../../../tools/runFolder.ts';
import { dropscope, runWhere, sampleTexts, train } from '../dropscopeApi.ts';
import { hostTest, measured } from '../hostTest.ts';

const config = { emb_sz: 32, n_hid: 64, n_layers: 2, bs: 8, bptt: 35, min_freq: 2, weight_p: 0.3 };
const weight = '0.rnns.0.weight_hh_l0';

hostTest('a run trains to its end while the extension host stays free', async () => {
  const api = await dropscope();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const id = await train({ corpus: sampleTexts(4), config, steps: 60 });
  const run = await runWhere(id, ({ status }) => status === 'done');
  await api.whenIdle();
  delays.disable();
  const p99 = delays.percentile(99) / 1e6;
  measured(
    `extension host while training: event loop held 99th percentile ${p99.toFixed(1)} ms, longest ${(delays.max / 1e6).toFixed(1)} ms`,
  );
  assert.ok(p99 < 150, `the event loop was held for ${p99.toFixed(1)} ms at the 99th percentile`);
  assert.equal(run.last?.step, 60);
  assert.equal((await readRun(run.folder)).status, 'done');
  const steps = (await readMetrics(run.folder)).filter((line) => line['split'] === undefined).map(({ step }) => step);
  assert.deepEqual(
    steps,
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
});

hostTest('the tensors of the last step agree with each other and with the metrics', async () => {
  const api = await dropscope();
  const run = api.runs().find(({ status }) => status === 'done');
  assert.ok(run !== undefined, 'no run is done');
  const raw = await api.readTensor(run.id, `${weight}_raw`);
  const mask = await api.readTensor(run.id, `mask/${weight}`);
  const derived = await api.readTensor(run.id, 'derived/0.rnns.0.module.weight_hh_l0');
  const gradient = await api.readTensor(run.id, `grad/${weight}_raw`);
  for (const tensor of [raw, mask, derived, gradient]) {
    assert.deepEqual(tensor.shape, [256, 64]);
    assert.equal(tensor.data.length, 256 * 64);
  }
  let kept = 0;
  mask.data.forEach((scale, cell) => {
    assert.equal(derived.data[cell], Math.fround((raw.data[cell] ?? NaN) * scale), `derived at ${String(cell)}`);
    if (scale === 0)
      assert.equal(gradient.data[cell] === 0, true, `gradient through a dropped weight at ${String(cell)}`);
    else kept++;
  });
  assert.ok(
    gradient.data.some((value) => value !== 0),
    'no gradient reaches the raw weight',
  );
  const lines = await readMetrics(run.folder);
  const last = lines.findLast((line) => line['sites'] !== undefined);
  const sites = last?.['sites'] as Record<string, { kept: number; p: number; draws: number }> | undefined;
  assert.equal(last?.step, run.last?.step);
  assert.equal(sites?.[weight]?.draws, mask.data.length);
  assert.ok(
    Math.abs((sites[weight].kept ?? NaN) - kept / mask.data.length) < 1e-6,
    'kept share of the mask and of the metrics differ',
  );
});
