// What a run keeps of itself: with a real trainer, answers from memory, and not one tensor more than what is kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { KeptSteps } from '../../../src/engine/probes/keptSteps.ts';
import { readRecorded } from '../../../src/engine/probes/recordedStep.ts';
import { verdictView } from '../../../src/engine/probes/verdictView.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { WITH_AFTERMATH } from '../../../src/engine/session/introspectionBudget.ts';
import { RunWatch, type WatchedRun } from '../../../src/engine/session/runWatch.ts';
import type { RunDescription, TrainLine } from '../../../src/shared/engineContract.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import type { Recording } from '../../../src/engine/training/trainerRecording.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const BATCH = tokenBatch(3, 5, 11);
const RAW = '0.rnns.0.weight_hh_l0_raw';

function make() {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 1 });
  return { model, trainer: new Trainer(model, SETTINGS) };
}

const description = {
  id: 'run',
  tree: [{ kind: 'parameter', name: RAW, label: RAW, shape: [24, 6] }],
  sites: [],
} as unknown as RunDescription;

/** Of a run from its beginning. */
const watchOf = (trainer: Trainer, more: Partial<WatchedRun> = {}) =>
  new RunWatch({
    description,
    words: [],
    trainer,
    say: () => undefined,
    earlier: { histograms: [], step: 0 },
    ...more,
  });

const line = (step: number, introspection_ms = 0) =>
  ({ step, ms: 100, introspection_ms, sites: { a: { p: 0.5, kept: 0.5, draws: 10 } } }) as unknown as TrainLine;

onEachBackend('run watch', () => {
  test('steps that were let go hold no tensor; memory stays within the limit over a long run', () => {
    const { model, trainer } = make();
    const began = tf.memory().numTensors;
    trainer.step(BATCH, { step: 1, lr: 0.01 });
    const first = trainer.recorded()!;
    const each = [...first.memory()].reduce((sum, [, bytes]) => sum + bytes, 0);
    const kept = new KeptSteps<Recording>(10 * each);
    kept.add(first.retain());
    const counts: number[] = [];
    for (let step = 2; step <= 120; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      kept.add(trainer.recorded()!.retain());
      counts.push(tf.memory().numTensors);
      assert.ok(kept.bytes <= kept.limitBytes, `${kept.bytes} of ${kept.limitBytes}`);
    }
    assert.equal(counts.at(-1), counts[60], 'memory is flat once the limit is reached');
    assert.equal(kept.steps[0], 1);
    const old = kept.nearest(40)!;
    assert.equal(readRecorded(old, RAW).data.length, 24 * 6);
    kept.dispose();
    trainer.dispose();
    model.dispose();
    assert.ok(tf.memory().numTensors < began);
  });

  test('the same question about the same step is answered from memory; the latest learns what comes later', () => {
    const { model, trainer } = make();
    const watch = watchOf(trainer);
    assert.throws(() => watch.answer('x', {}, () => 1), /run run: it has not done a step yet/);
    for (let step = 1; step <= 3; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      watch.stepDone(line(step));
    }
    let computed = 0;
    const ask = (query: { step?: number }) => watch.answer('w', query, ({ recorded }) => [recorded.step, ++computed]);
    assert.deepEqual(
      [ask({ step: 2 }), ask({ step: 2 }), ask({}), ask({ step: 3 }), ask({ step: 99 })],
      [
        [2, 1],
        [2, 1],
        [3, 2],
        [3, 2],
        [3, 2],
      ],
    );
    const verdict = (rule: string) =>
      watch
        .answer('verdicts', {}, ({ recorded, description }) => verdictView(recorded, description))
        .verdicts.find((one) => one.rule === rule);
    assert.equal(verdict('eval-repeats')?.holds, null);
    watch.evaluated(3, { identical: true, firstDifferent: null, largestDifference: 0 });
    assert.equal(verdict('eval-repeats')?.holds, true);
    assert.match(verdict('who-learns')?.sentence ?? '', /was not checked at step 3/);
    watch.nudgeLatest();
    assert.match(verdict('who-learns')?.sentence ?? '', /and the output moves when a raw weight is nudged/);
    assert.ok(watch.takeMs() > 0);
    assert.equal(watch.takeMs(), 0, 'each millisecond is counted once');
    watch.dispose();
    trainer.dispose();
    model.dispose();
  });

  test('what is passed over to save time is there once nothing goes on', () => {
    const { model, trainer } = make();
    const said: string[] = [];
    const watch = watchOf(trainer, { budgetPercent: 5, say: (message) => void said.push(message) });
    for (let step = 1; step <= 127; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      // Only a step that was recorded has cost something.
      watch.stepDone(line(step, watch.newest?.step === step - 1 ? 20 / WITH_AFTERMATH : 0));
    }
    assert.equal(watch.keptView().every, 8);
    assert.match(said.at(-1)!, /keeps to 2.5 % of time while nobody looks: about every 8th step/);
    const newest = watch.newest!.step;
    assert.ok(newest > 110 && newest < 127, `newest ${newest}`);
    assert.equal(watch.keepLatest()?.step, 127);
    assert.equal(watch.newest?.step, 127);
    const { steps } = watch.histograms(RAW, 'weight');
    assert.deepEqual(
      [...steps].map((step) => Math.floor(step / 16)),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    watch.dispose();
    trainer.dispose();
    model.dispose();
  });

  test('nothing is left of a watch that is disposed', () => {
    const before = tf.memory().numTensors;
    const { model, trainer } = make();
    const watch = watchOf(trainer);
    for (let step = 1; step <= 20; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      watch.stepDone(line(step));
    }
    watch.answer('w', {}, ({ recorded }) => readRecorded(recorded, RAW).data.length);
    watch.dispose();
    trainer.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  test('a view that follows goes on to a newer step in its pace, and at once when nothing goes on', (t) => {
    const { model, trainer } = make();
    const watch = watchOf(trainer, { budgetPercent: 1 });
    let now = 0;
    t.mock.method(performance, 'now', () => now);
    const follow = (): number =>
      watch.answer('weight', {}, ({ recorded }) => {
        now += 20;
        return recorded.step;
      });
    const stepTo = (step: number): void => {
      trainer.step(BATCH, { step, lr: 0.01 });
      watch.stepDone(line(step));
    };
    stepTo(1);
    assert.equal(follow(), 1);
    stepTo(2);
    assert.equal(follow(), 1, '20 ms at a third of a percent are six seconds');
    assert.equal(
      watch.answer('tensor', {}, ({ recorded }) => recorded.step),
      2,
      'what follows no picture has the newest',
    );
    assert.equal(
      watch.answer('weight', { step: 2 }, ({ recorded }) => recorded.step),
      2,
      'a chosen step is given',
    );
    watch.keepLatest();
    assert.equal(follow(), 2);
    watch.dispose();
    trainer.dispose();
    model.dispose();
  });

  test('a step that would have to be computed anew is not shown while another is on its way', async () => {
    seed(5);
    const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 1 });
    const trainer = new Trainer(model, { ...SETTINGS, bs: 3, bptt: 5 });
    const watch = watchOf(trainer, { budgetPercent: 100 });
    const stepTo = (step: number): void => {
      trainer.step(BATCH, { step, lr: 0.01 });
      watch.stepDone(line(step));
    };
    const shown = (): number =>
      watch.answer('weight', {}, ({ recorded }) => {
        assert.ok((recorded as Recording).atHand, `step ${recorded.step} is computed anew`);
        return recorded.step;
      });
    for (let step = 1; step <= 4; step++) stepTo(step);
    const ready = watch.readyToShow('weight', {});
    stepTo(5);
    await ready;
    assert.ok(shown() >= 4);
    for (let step = 6; step <= 30; step++) {
      stepTo(step);
      shown();
    }
    assert.ok(shown() > 5, 'the view goes on');
    // Nothing is on its way any more: whoever waits is shown what there is.
    await watch.readyToShow('weight', {});
    watch.keepLatest();
    assert.equal(
      watch.answer('weight', {}, ({ recorded }) => recorded.step),
      30,
    );
    watch.dispose();
    trainer.dispose();
    model.dispose();
  });

  test('only the first looks are excused: whoever looks back on and on pays for it', (t) => {
    const { model, trainer } = make();
    const watch = watchOf(trainer, { budgetPercent: 1 });
    let now = 0;
    t.mock.method(performance, 'now', () => now);
    const taken: number[] = [];
    for (let step = 1; step <= 60; step++) {
      trainer.step(BATCH, { step, lr: 0.01 });
      watch.stepDone(line(step, watch.takeMs()));
      if (watch.newest?.step === step) taken.push(step);
      watch.answer(`look ${step}`, { step: 1 }, () => void (now += 10));
    }
    assert.ok(taken.includes(15), 'twenty looks of 10 ms stop nothing');
    assert.ok(!taken.includes(60), `steps taken: ${taken.join(' ')}`);
    watch.dispose();
    trainer.dispose();
    model.dispose();
  });
});
