import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { getLanguageModel, type LanguageModel } from '../../../src/engine/models/languageModel.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer, type TrainerSettings } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from './onEachBackend.ts';
import { SETTINGS, tokenBatch } from './smallModel.ts';
import { close, values } from './tensors.ts';

const CONFIG = { vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2 };
const BATCH = tokenBatch(3, 5, 11);

function make(settings: Partial<TrainerSettings> = {}, config = {}): { model: LanguageModel; trainer: Trainer } {
  seed(5);
  const model = getLanguageModel({ ...CONFIG, ...config });
  return { model, trainer: new Trainer(model, { ...SETTINGS, ...settings }) };
}

const weights = (model: LanguageModel): number[][] =>
  [...model.namedParameters().values()].map(({ variable }) => values(variable));

onEachBackend('trainer', (backend) => {
  test('the loss falls, and every number of a step is finite', () => {
    const { trainer } = make();
    const first = trainer.step(BATCH, { step: 1, lr: 0.01 });
    let last = first;
    for (let step = 2; step <= 40; step++) last = trainer.step(BATCH, { step, lr: 0.02 });
    assert.ok(last.ce < first.ce - 0.5, `${first.ce} to ${last.ce}`);
    assert.equal(last.nonFinite, 0);
    assert.ok(Math.abs(last.loss - (last.ce + last.ar + last.tar)) < 1e-5);
    assert.ok(last.gradNormClipped <= 0.25 && last.gradNormClipped <= last.gradNorm + 1e-7);
    assert.deepEqual(last.withoutGradient, []);
  });

  test('kept and draws count independent draws', () => {
    const { trainer } = make({}, { weight_p: 0.5, weight_drop: { granularity: 'row' } });
    const { sites } = trainer.step(BATCH, { step: 1, lr: 0.01 });
    assert.deepEqual(Object.fromEntries(Object.entries(sites).map(([name, { draws }]) => [name, draws])), {
      '0.encoder_dp': 11,
      '0.rnns.0.weight_hh_l0': 32,
      '0.rnns.1.weight_hh_l0': 24,
      '0.input_dp': 18,
      '0.hidden_dps.0': 24,
      '1.output_dp': 18,
    });
    const mask = trainer.recorded()!.read('mask/0.rnns.0.weight_hh_l0')!;
    assert.deepEqual(mask.shape, [32, 1]);
    assert.equal(sites['0.rnns.0.weight_hh_l0']!.kept, mask.data.filter((value) => value > 0).length);
  });

  test('a recorded step is of one piece: parameters before the update, derived = raw x mask, gradient zero where the mask is', () => {
    const { model, trainer } = make({ optimizer: 'sgd', clip: 0 });
    const before = values(model.encoder.rnns.items[0]!.raw().variable);
    const { params } = trainer.step(BATCH, { step: 1, lr: 0.5 });
    const recorded = trainer.recorded()!;
    const read = (name: string): number[] => Array.from(recorded.read(name)!.data);
    const raw = read('0.rnns.0.weight_hh_l0_raw');
    const mask = read('mask/0.rnns.0.weight_hh_l0');
    const gradient = read('grad/0.rnns.0.weight_hh_l0_raw');
    assert.deepEqual(raw, before);
    assert.deepEqual(
      read('derived/0.rnns.0.module.weight_hh_l0'),
      raw.map((value, at) => Math.fround(value * mask[at]!)),
    );
    assert.ok(gradient.every((value, at) => mask[at] !== 0 || value === 0));
    close(
      model.encoder.rnns.items[0]!.raw().variable,
      raw.map((value, at) => value - 0.5 * gradient[at]!),
      1e-6,
    );
    const norm = (numbers: number[]): number => Math.hypot(...numbers);
    const { w, g, u } = params['0.rnns.0.weight_hh_l0_raw']!;
    close([w, g, u], [norm(raw), norm(gradient), (0.5 * norm(gradient)) / norm(raw)], 1e-4);
    assert.deepEqual(recorded.read('grad_t/1')!.shape, [5]);
    assert.equal(recorded.read('nothing'), undefined);
  });

  test('a step repeats exactly from the same state, and its masks depend on its number alone', () => {
    const run = (): { losses: number[]; weights: number[][] } => {
      const { model, trainer } = make();
      return { losses: [1, 2, 3].map((step) => trainer.step(BATCH, { step, lr: 0.01 }).loss), weights: weights(model) };
    };
    assert.deepEqual(run(), run());
    const masks = (steps: number[]): Float32Array => {
      const { trainer } = make();
      for (const step of steps) trainer.step(BATCH, { step, lr: 0.01 });
      return trainer.recorded()!.read('mask/0.input_dp')!.data;
    };
    assert.deepEqual(masks([4]), masks([1, 2, 4]));
    assert.notDeepEqual(masks([4]), masks([5]));
  });

  test('parameters, state and step number are all that the next step depends on', () => {
    const { model, trainer } = make();
    for (let step = 1; step <= 3; step++) trainer.step(BATCH, { step, lr: 0.01 });
    const saved = new Map(Array.from(trainer.state(), ([name, tensor]) => [name, tensor.clone()]));
    const parameters = new Map(Array.from(model.namedParameters(), ([name, { variable }]) => [name, variable.clone()]));
    const undisturbed = trainer.step(BATCH, { step: 4, lr: 0.01 }).loss;
    seed(99);
    const other = getLanguageModel(CONFIG);
    for (const [name, parameter] of other.namedParameters()) parameter.assign(parameters.get(name)!);
    const resumed = new Trainer(other, SETTINGS);
    resumed.restoreState(saved);
    assert.equal(resumed.step(BATCH, { step: 4, lr: 0.01 }).loss, undisturbed);
    assert.deepEqual(weights(other), weights(model));
  });

  test('state that does not fit is refused before anything changes', () => {
    const { trainer } = make();
    const values = new Map(trainer.state());
    values.delete('optimiser/v/1.decoder.bias');
    assert.throws(() => trainer.restoreState(values), /optimiser state: optimiser\/v\/1.decoder.bias is missing/);
    values.set('optimiser/v/1.decoder.bias', tf.zeros([2]));
    assert.throws(() => trainer.restoreState(values), /is \[2\], this model needs \[11\]/);
  });

  test('evaluation is clean, repeats itself and does not disturb training', () => {
    const losses = (evaluate: boolean): number[] => {
      const { trainer } = make();
      return [1, 2, 3].map((step) => {
        if (evaluate) {
          const { ce, cleanEval } = trainer.evaluate([BATCH, BATCH]);
          assert.deepEqual(cleanEval, { identical: true, firstDifferent: null, largestDifference: 0 });
          assert.equal(trainer.evaluate([BATCH, BATCH]).ce, ce);
        }
        return trainer.step(BATCH, { step, lr: 0.01 }).loss;
      });
    };
    assert.deepEqual(losses(true), losses(false));
  });

  test('an evaluation that does not repeat names the first tensor that differs', () => {
    const { trainer } = make({}, { weight_drop: { mode: 'always' }, weight_p: 0.5 });
    const { cleanEval } = trainer.evaluate([BATCH]);
    const { identical, firstDifferent, largestDifference } = cleanEval;
    assert.deepEqual([identical, firstDifferent], [false, 'mask/0.rnns.0.weight_hh_l0']);
    assert.ok(largestDifference >= 2, 'a mask of p = 0.5 is 0 or 2');
  });

  test('H4 regularisers are off in evaluation', () => {
    const { trainer } = make({ alpha: 1e6 });
    assert.ok(trainer.evaluate([BATCH]).ce < 3);
    const trace = trainer.trace(BATCH, { train: false });
    assert.deepEqual(Array.from(trace.read('loss/ar')!.data), [0]);
    assert.deepEqual(
      trace.names().filter((name) => name.startsWith('mask/')),
      [],
    );
    trace.dispose();
  });

  test('C16 with weight decay a raw weight without gradient still decays, decoupled or L2', () => {
    for (const optimizer of ['adam', 'sgd'] as const) {
      const { model, trainer } = make({ optimizer, wd: 0.1 }, { weight_p: 1 });
      const raw = (): number[] => values(model.encoder.rnns.items[0]!.raw().variable);
      const before = raw();
      trainer.step(BATCH, { step: 1, lr: 0.5 });
      close(
        raw(),
        before.map((value) => value * 0.95),
        1e-6,
      );
    }
  });

  test('layer groups can have learning rates of their own', () => {
    const { model, trainer } = make();
    const [first, second, rest] = [0, 1]
      .map((layer) => model.encoder.rnns.items[layer]!.raw())
      .concat(model.encoder.encoder.parameter('weight')!);
    const before = [first, second, rest].map((parameter) => values(parameter!.variable));
    trainer.step(BATCH, { step: 1, lr: [0, 0.01, 0] });
    assert.deepEqual(values(first!.variable), before[0]);
    assert.notDeepEqual(values(second!.variable), before[1]);
    assert.deepEqual(values(rest!.variable), before[2]);
    assert.throws(() => trainer.step(BATCH, { step: 2, lr: [0.1] }), /1 rates for 3 layer groups/);
  });

  test('a loss that is not finite is counted and traced to its first tensor', () => {
    const { model, trainer } = make();
    const bias = model.encoder.rnns.items[1]!.module.parameter('bias_ih_l0')!;
    bias.assign(tf.fill(bias.shape, NaN));
    const { nonFinite, firstNonFinite, loss } = trainer.step(BATCH, { step: 1, lr: 0.01 });
    assert.ok(Number.isNaN(loss));
    assert.ok(nonFinite > 0);
    assert.equal(firstNonFinite, '0.rnns.1.module.bias_ih_l0');
  });

  test('tokens and sizes that do not fit are refused and change nothing', () => {
    const { model, trainer } = make();
    const before = weights(model);
    assert.throws(
      () => trainer.step(tokenBatch(3, 5, 12, 2), { step: 1, lr: 0.01 }),
      /token 11 is not in the model's vocabulary of 11/,
    );
    assert.throws(
      () => trainer.step({ ...BATCH, rows: 4 }, { step: 1, lr: 0.01 }),
      /has 15 tokens, 4 rows of 5 need 20/,
    );
    assert.throws(() => trainer.step(BATCH, { step: 0, lr: 0.01 }), /steps are counted from 1/);
    assert.deepEqual(weights(model), before);
  });

  test('nothing leaks: steps, evaluations and traces leave as many tensors as they found', () => {
    const { model, trainer } = make();
    const round = (step: number): number => {
      trainer.step(BATCH, { step, lr: 0.01 });
      trainer.evaluate([BATCH]);
      trainer.trace(BATCH, { train: true }).dispose();
      trainer.step(tokenBatch(2, 4, 11), { step: step + 1, lr: 0.01 });
      return tf.memory().numTensors;
    };
    const before = round(1);
    for (let step = 3; step < 12; step += 2) assert.equal(round(step), before);
    trainer.dispose();
    model.dispose();
  });

  test('a model and its trainer free everything', () => {
    const before = tf.memory().numTensors;
    const { model, trainer } = make();
    trainer.step(BATCH, { step: 1, lr: 0.01 });
    trainer.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before, backend);
  });
});
