// The budget is told whether somebody looks: a run that is looked at records about twice as many steps for the same cost.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { WITH_AFTERMATH } from '../../../src/engine/session/introspectionBudget.ts';
import { RunWatch } from '../../../src/engine/session/runWatch.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import type { RunDescription, TrainLine } from '../../../src/shared/engineContract.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const BATCH = tokenBatch(3, 5, 11);
const description = { id: 'run', tree: [], sites: [] } as unknown as RunDescription;

/** How many of 160 steps of `ms` are recorded when each of those costs a fifth of that, with `look` before each step's end. */
function recordedSteps(look: (watch: RunWatch, step: number) => void, ms = 100): number {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 1 });
  const trainer = new Trainer(model, SETTINGS);
  const watch = new RunWatch({
    ...{ description, words: [], trainer, budgetPercent: 5, say: () => undefined },
    earlier: { histograms: [], step: 0 },
  });
  for (let step = 1; step <= 160; step++) {
    trainer.step(BATCH, { step, lr: 0.01 });
    if (step > 1) look(watch, step);
    const introspection_ms = watch.newest?.step === step - 1 ? ms / 5 / WITH_AFTERMATH : 0;
    watch.stepDone({ step, ms, introspection_ms } as TrainLine);
  }
  const { length } = watch.steps;
  watch.dispose();
  trainer.dispose();
  model.dispose();
  return length;
}

test('an answer, and a look for one, let more steps be recorded', async () => {
  await chooseBackend('wasm');
  const alone = recordedSteps(() => undefined);
  const answered = recordedSteps((watch) => watch.answer('tensor', {}, ({ recorded }) => recorded.step));
  const looked = recordedSteps((watch) => watch.look(undefined, ({ recorded }) => recorded.step));
  for (const watched of [answered, looked]) assert.ok(watched > 1.5 * alone, `${watched} and ${alone}`);
});

test('whoever is answered only between long steps is not taken for gone', async () => {
  await chooseBackend('wasm');
  const ms = 3000;
  let now = 0;
  const clock = mock.method(performance, 'now', () => now);
  const watched = (every: number) =>
    recordedSteps((watch, step) => {
      now += ms;
      if (step % every === 0) watch.look(undefined, ({ recorded }) => recorded.step);
    }, ms);
  const [alone, looked] = [watched(1000), watched(5)];
  clock.mock.restore();
  assert.ok(looked > 1.3 * alone, `${looked} and ${alone}`);
});
