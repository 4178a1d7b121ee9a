// The layouts of jobs against the calls of real training steps: so many words, floats last, and addresses where they say.
import assert from 'node:assert/strict';
import { after, mock, test } from 'node:test';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { type JobName, JOBS, LAYOUTS } from '../../../src/engine/wasm/jobs.ts';
import { WasmKernels } from '../../../src/engine/wasm/wasmKernels.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';
import { startKernels, stopKernels } from './support.ts';

after(stopKernels);

const MODEL = { vocab_sz: 12, emb_sz: 6, n_hid: 8, n_layers: 2, pad_token: 11 };

/** All jobs of the second step, which makes nothing for the first time. */
function callsOf(config: object, settings: object): Parameters<WasmKernels['run']>[] {
  const trainer = new Trainer(getLanguageModel({ ...MODEL, ...config }), { ...SETTINGS, ...settings });
  const batch = tokenBatch(3, 4, 11);
  trainer.step(batch, { step: 1, lr: 1e-3 });
  const spy = mock.method(WasmKernels.prototype, 'run').mock;
  try {
    trainer.step(batch, { step: 2, lr: 1e-3 });
  } finally {
    spy.restore();
  }
  return spy.calls.map((call) => call.arguments);
}

test('every job of a step is called as its layout says', async () => {
  await startKernels({ threads: 2 });
  const calls = [callsOf({}, {}), callsOf({ bidir: true, tie_weights: false }, { optimizer: 'sgd', wd: 0.1 })].flat();
  for (const [job, words, , floats = []] of calls) {
    const layout = LAYOUTS[job];
    assert.equal(layout.length, words.length + floats.length, `${job}: number of words`);
    assert.match(layout, /^[rwusn]*f*$/, `${job}: floats are last`);
    assert.equal(layout.indexOf('f') < 0 ? layout.length : layout.indexOf('f'), words.length, `${job}: its floats`);
    for (const [at, word] of words.entries()) {
      assert.ok(Number.isInteger(word), `${job}: word ${at} is ${word}`);
      if (layout[at] !== 'n') assert.ok(word === 0 || word >= 1024, `${job}: word ${at} is ${word}, not an address`);
    }
  }
  const called = new Set(calls.map(([job]) => job));
  const uncalled = (Object.keys(JOBS) as JobName[]).filter((job) => !called.has(job));
  assert.deepEqual(uncalled, []);
});
