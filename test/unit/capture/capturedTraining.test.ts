import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import type { Trainer } from '../../../src/engine/training/trainer.ts';
import { tokenBatch } from '../engine/smallModel.ts';
import { BATCH, difference, end, held, onCapturing, onTensorflow, training } from './capturingBackends.ts';

const batchOf = (step: number) => tokenBatch(3, 5, 11, step * 7);
const loss = (trainer: Trainer, step: number): number =>
  trainer.step(batchOf(step), { step, lr: 0.01 * (1 + (step % 5)) }).loss;

/** Every tensor of the last step: masks to the bit, the rest within `apart` of its largest value. */
function assertSameTensors(one: Trainer, other: Trainer, apart: number): void {
  const [wanted, actual] = [one.recorded()!, other.recorded()!];
  assert.deepEqual([...actual.names()].sort(), [...wanted.names()].sort());
  for (const name of wanted.names()) {
    const [left, right] = [wanted.read(name)!, actual.read(name)!];
    assert.deepEqual(right.shape, left.shape, name);
    if (name.startsWith('mask/')) assert.deepEqual(right.data, left.data, name);
    else assert.ok(difference(left.data, right.data) <= apart, `${name}: ${difference(left.data, right.data)}`);
  }
}

const KINDS = [
  ['adam', {}, {}],
  ['adam with decay', { wd: 0.01 }, {}],
  ['sgd', { optimizer: 'sgd', wd: 0.1 }, {}],
  ['rows, untied, no clip', { clip: 0 }, { weight_drop: { granularity: 'row' }, tie_weights: false }],
  ['both directions', {}, { bidir: true }],
  ['frozen groups', { freeze_to: -1 }, {}],
] as const;

onCapturing('captured training', (backend) => {
  // On wasm a captured step is the same jobs.
  const apart = backend === 'wasm' ? 0 : 1e-6;

  for (const [title, settings, config] of KINDS) {
    test(`${title}: captured equals eager, in every tensor of a step and after twenty`, () => {
      const [eager, captured] = [training(false, settings, config), training(true, settings, config)];
      captured.trainer.expectsLook = (step) => step % 6 === 0;
      for (let step = 1; step <= 20; step++) {
        const [left, right] = [eager, captured].map(({ trainer }) => trainer.step(batchOf(step), { step, lr: 0.01 }));
        assert.ok(difference([left!.loss, left!.gradNorm], [right!.loss, right!.gradNorm]) <= apart, `step ${step}`);
        assert.deepEqual(right!.sites, left!.sites);
        assert.deepEqual(right!.withoutGradient, left!.withoutGradient);
        // Looked at now and then: taken along where that was expected, computed again where it was not.
        if (step % 6 < 2) assertSameTensors(eager.trainer, captured.trainer, apart);
      }
      for (const [name, weight] of eager.trainer.weights()) {
        assert.ok(difference(weight.dataSync(), captured.trainer.weights().get(name)!.dataSync()) <= apart, name);
      }
      assert.equal(captured.said.length, 1);
      assert.match(captured.said[0]!, /^steps are captured: \d+ operations run as one call/);
      assert.deepEqual(eager.said, []);
      [eager, captured].forEach(end);
    });
  }

  test('a resumed run computes what an undisturbed one does, to the bit', () => {
    const whole = training(true);
    for (let step = 1; step <= 7; step++) loss(whole.trainer, step);
    const keep = (tensors: Map<string, tf.Tensor>) => new Map([...tensors].map(([name, x]) => [name, tf.clone(x)]));
    const [weights, state] = [keep(whole.trainer.weights()), keep(whole.trainer.state())];
    const rest = (trainer: Trainer): number[] => [8, 9, 10].map((step) => loss(trainer, step));
    const undisturbed = rest(whole.trainer);
    const resumed = training(true);
    for (const [name, parameter] of resumed.model.namedParameters()) parameter.assign(weights.get(name)!);
    resumed.trainer.restoreState(state);
    assert.deepEqual(rest(resumed.trainer), undisturbed);
    [whole, resumed].forEach(end);
  });

  test('odd batches, evaluations, traces and zeroed states in between leave everything as eager training has it', () => {
    const run = (capturing: boolean): { numbers: number[]; said: string[] } => {
      const each = training(capturing);
      const { trainer } = each;
      const numbers: number[] = [];
      for (let step = 1; step <= 16; step++) {
        if (step % 5 === 0) numbers.push(trainer.step(tokenBatch(3, 3, 11, step), { step, lr: 0.01 }).loss);
        else if (step % 7 === 0) numbers.push(trainer.step(tokenBatch(2, 5, 11, step), { step, lr: 0.01 }).loss);
        else numbers.push(loss(trainer, step));
        if (step % 4 === 0) numbers.push(trainer.evaluate([BATCH]).ce);
        if (step === 9) trainer.resetHidden();
        if (step === 11) trainer.trace(BATCH, { train: true }).dispose();
        if (step === 12) each.model.encoder.inputDropout.p = 0.5;
      }
      end(each);
      return { numbers, said: each.said };
    };
    const [eager, captured] = [run(false), run(true)];
    assert.ok(difference(eager.numbers, captured.numbers) <= 10 * apart);
    assert.equal(captured.said.length, 2, 'another p is another program');
  });

  test('another p, with other masks, right after somebody looked', () => {
    const each = training(true);
    loss(each.trainer, 1);
    assert.ok(each.trainer.recorded()!.read('mask/0.input_dp'));
    each.model.encoder.inputDropout.p = 0;
    loss(each.trainer, 2);
    assert.equal(each.trainer.recorded()!.read('mask/0.input_dp'), undefined);
    assert.ok(each.trainer.recorded()!.read('mask/1.output_dp'));
    end(each);
  });

  test('a step that was recorded can be looked at after its trainer has ended', () => {
    const each = training(true);
    loss(each.trainer, 1);
    const recorded = each.trainer.recorded()!;
    recorded.retain();
    end(each);
    assert.deepEqual(recorded.read('grad/0.encoder.weight')!.shape, [11, 6]);
    recorded.dispose();
  });

  test('weights are averaged in a captured step too', () => {
    const run = (capturing: boolean): number[] => {
      const each = training(capturing, { optimizer: 'nt-asgd' });
      for (let step = 1; step <= 4; step++) loss(each.trainer, step);
      each.trainer.startAveraging(4);
      for (let step = 5; step <= 9; step++) loss(each.trainer, step);
      const { ce } = each.trainer.evaluate([BATCH]);
      const values = [...each.trainer.weights().values()].flatMap((weight) => Array.from(weight.dataSync()));
      assert.ok(
        each.said.every((message) => message.startsWith('steps are captured')),
        each.said.join(),
      );
      end(each);
      return [ce, ...values];
    };
    assert.ok(difference(run(false), run(true)) <= apart);
  });

  test('a loss that is not finite is counted and traced to its first tensor', () => {
    const each = training(true);
    loss(each.trainer, 1);
    const bias = each.model.encoder.rnns.items[1]!.module.parameter('bias_ih_l0')!;
    each.trainer.weights();
    bias.assign(tf.fill(bias.shape, NaN));
    const { nonFinite, firstNonFinite } = each.trainer.step(BATCH, { step: 2, lr: 0.01 });
    assert.ok(nonFinite > 0);
    assert.equal(firstNonFinite, '0.rnns.1.module.bias_ih_l0');
    end(each);
  });

  test('without details only the numbers of the line are read; without recording nothing is kept', () => {
    const each = training(true);
    each.trainer.recording = false;
    const { params, sites, gradNorm } = each.trainer.step(BATCH, { step: 1, lr: 0.01, details: false });
    assert.deepEqual([params, sites], [{}, {}]);
    assert.ok(gradNorm > 0);
    assert.equal(each.trainer.recorded(), null);
    end(each);
  });

  const soak = process.env['DROPSCOPE_SOAK'] === '1';
  const steps = soak ? 10_000 : 1500;
  test(`nothing leaks over ${steps} captured steps`, { timeout: 600_000 }, () => {
    const each = training(true);
    const round = (step: number): void => {
      loss(each.trainer, step);
      if (step % 10 === 0) each.trainer.recorded()!.read('grad/0.encoder.weight');
      if (step % 100 === 0) each.trainer.evaluate([BATCH]);
    };
    for (let step = 1; step <= 205; step++) round(step);
    const before = held();
    for (let step = 206; step <= 205 + steps; step++) round(step);
    assert.deepEqual(held(), before);
    end(each);
  });

  test('a trainer that ends leaves nothing behind', () => {
    loss(training(true).trainer, 1); // whatever is made once
    const before = held();
    const each = training(true);
    loss(each.trainer, 1);
    loss(each.trainer, 2);
    each.trainer.recorded()!.read('loss');
    end(each);
    assert.deepEqual(held(), before);
  });
});

onTensorflow('two backends', () => {
  test('300 steps agree between eager, captured and wasm', async () => {
    const run = (capturing: boolean): number[] => {
      const each = training(capturing);
      const losses = Array.from(
        { length: 300 },
        (_, at) => each.trainer.step(batchOf(at), { step: at + 1, lr: 2e-3 }).loss,
      );
      end(each);
      return losses;
    };
    const [eager, captured] = [run(false), run(true)];
    await chooseBackend('wasm');
    const wasm = run(true);
    await tf.setBackend('tensorflow');
    assert.ok(difference(eager, captured) <= 1e-5, `captured ${difference(eager, captured)}`);
    assert.ok(difference(eager, wasm) <= 1e-4, `wasm ${difference(eager, wasm)}`);
  });
});
