import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { WeightView } from '../../src/shared/engineContract.ts';
import { scratch } from '../support/scratch.ts';
import { engine, request, tinyConfig, writeText } from './engineHarness.ts';

const RAW = '0.rnns.0.weight_hh_l0_raw';
const DERIVED = '0.rnns.0.module.weight_hh_l0';
const MASK = '0.rnns.0.weight_hh_l0';

function checkPromises(view: WeightView): void {
  const { facts, panes } = view;
  assert.equal(facts.cells, 400);
  assert.equal(facts.equal, 400, 'derived = raw x mask bit for bit');
  assert.ok(facts.dropped > 20 && facts.dropped < 160, `${facts.dropped} dropped`);
  assert.equal(facts.gradientZerosDropped, facts.dropped, 'the gradient is zero wherever the mask is');
  assert.equal(panes.raw.detail.reducer, 'exact');
  assert.equal(panes.derived.summary.zeros, facts.dropped);
}

test('raw, mask, derived and gradient are of one step, live and paused, and after the engine is gone', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const run = path.join(folder, 'run');
  const first = engine(t);
  const config = { ...tinyConfig, steps: 100_000, backend: 'wasm' };
  await first.supervisor.request('start', request(run, text, { config }));
  await first.until(({ status }) => status === 'running');

  // At full speed: many views while steps go on, each of one step.
  let last = 0;
  for (let seen = 0; seen < 20;) {
    const view = await first.supervisor
      .request('weight', { run: 'run', name: RAW, maxCells: 4096 })
      .catch((error: Error) => {
        assert.match(error.message, /has not done a step yet/);
        return undefined;
      });
    if (!view) continue;
    seen++;
    checkPromises(view);
    assert.ok(view.step >= last);
    last = view.step;
  }

  await first.supervisor.request('pause', { run: 'run' });
  const live = await first.supervisor.request('weight', { run: 'run', name: MASK, maxCells: 4096 });
  checkPromises(live);
  assert.deepEqual(live.shape, [40, 10]);
  assert.equal(live.gates, true);
  const whole = await first.supervisor.request('tensor', { run: 'run', name: `derived/${DERIVED}` });
  assert.deepEqual([whole.step, whole.shape], [live.step, [40, 10]]);
  const words = await first.supervisor.request('mask', { run: 'run', name: '0.encoder_dp', maxCells: 4096 });
  const batch = await first.supervisor.request('batch', { run: 'run' });
  assert.equal(batch.input.length, batch.rows * batch.length);
  process.kill(first.supervisor.pid!, 'SIGKILL');

  const second = engine(t);
  const description = await second.supervisor.request('describe', { folder: run });
  assert.equal(description.id, 'run');
  assert.deepEqual(await second.supervisor.request('weight', { run: 'run', name: DERIVED, maxCells: 4096 }), live);
  assert.deepEqual(await second.supervisor.request('tensor', { run, name: `derived/${DERIVED}` }), whole);
  assert.deepEqual(
    await second.supervisor.request('mask', { run: 'run', name: '0.encoder_dp', maxCells: 4096 }),
    words,
  );
  assert.deepEqual(await second.supervisor.request('batch', { run: 'run' }), batch);
});

test('the mask of the embedding speaks of words', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, embed_p: 0.5, steps: 3 };
  const { vocabSize } = await supervisor.request('start', request(path.join(folder, 'run'), text, { config }));
  await until(({ status }) => status === 'done');
  const view = await supervisor.request('mask', { run: 'run', name: '0.encoder_dp', maxCells: 4096 });
  assert.equal(view.step, 3);
  assert.equal(view.rowLabels?.length, vocabSize);
  assert.ok(view.rowLabels?.includes('cat'));
  const batch = await supervisor.request('batch', { run: 'run' });
  const droppedHere = batch.words.filter((_, index) => batch.dropped[index] === 1).sort();
  const listed = (view.droppedWords ?? [])
    .filter(({ inBatch }) => inBatch > 0)
    .map(({ word }) => word)
    .sort();
  assert.ok(listed.length > 0);
  assert.deepEqual(listed, droppedHere);
  assert.deepEqual(
    view.droppedWords?.map(({ inBatch }) => inBatch),
    view.droppedWords?.map(({ inBatch }) => inBatch).sort((a, b) => b - a),
  );
});

test('a site with p = 0 shows that everything is kept, and unknown names get a sentence', async (t) => {
  const folder = await scratch(t);
  const text = await writeText(folder);
  const { supervisor, until } = engine(t);
  const config = { ...tinyConfig, input_p: 0, weight_p: 0, steps: 2 };
  await supervisor.request('start', request(path.join(folder, 'run'), text, { config }));
  await until(({ status }) => status === 'done');
  const view = await supervisor.request('mask', { run: 'run', name: '0.input_dp', maxCells: 4096 });
  assert.deepEqual([view.kept, view.site.p], [1, 0]);
  const weight = await supervisor.request('weight', { run: 'run', name: RAW, maxCells: 100 });
  assert.deepEqual([weight.facts.equal, weight.facts.dropped], [400, 0]);
  await assert.rejects(
    supervisor.request('mask', { run: 'run', name: '0.input', maxCells: 9 }),
    /no dropout site "0.input"; it has 0.encoder_dp/,
  );
  await assert.rejects(
    supervisor.request('weight', { run: 'run', name: 'w', maxCells: 9 }),
    /this model has no weight "w"/,
  );
  await assert.rejects(
    supervisor.request('tensor', { run: 'run', name: 'mask/w' }),
    /no tensor "mask\/w" was recorded at step 2/,
  );
  await assert.rejects(supervisor.request('batch', { run: 'stranger' }), /run stranger: it is not known here/);
});
