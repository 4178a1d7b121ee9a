// Gates by unit and activations over a run: against their definitions, bounded, and as they come back from a folder.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { ActivationLog } from '../../../src/engine/probes/activationLog.ts';
import { gateSaturation } from '../../../src/engine/probes/gateSaturation.ts';
import { gatesName, gateUnits, gateView, positionsOf, sharesOf } from '../../../src/engine/probes/gateUnits.ts';
import type { RecordedStep, TensorData } from '../../../src/engine/probes/recordedStep.ts';
import { NO_EVIDENCE } from '../../../src/engine/probes/stepEvidence.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { readActivations, writeActivations } from '../../../src/engine/session/activationsFile.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

function stepOf(
  step: number,
  tensors: Readonly<Record<string, TensorData>>,
  rows = 2,
  length = 3,
  read = (name: string) => tensors[name],
): RecordedStep {
  return {
    step,
    mode: 'train',
    input: { rows, length, ids: new Int32Array(rows * length) },
    target: null,
    evidence: NO_EVIDENCE,
    names: () => Object.keys(tensors),
    read,
  };
}

const outputs = (values: readonly number[]): TensorData => ({
  shape: [1, values.length, 1],
  data: Float32Array.from(values),
});

onEachBackend('gates by unit', () => {
  // One input, two units, no recurrence: every gate's argument is the bias of its row plus the input times its weight.
  test('closed and open ones are told apart, unit by unit', () => {
    const { recorded, expected } = oneLayer();
    const { units, low, high } = gateUnits(recorded, 0)!;
    assert.equal(units, 2);
    assert.deepEqual([[...low], [...high]], expected);
    const shares = [0, 1, 2, 3].map((gate) => (sum(low, gate) + sum(high, gate)) / 2);
    assert.deepEqual([...sharesOf({ units, low, high })], shares);
    assert.deepEqual([...gateSaturation(recorded).layers[0]!], shares);
  });

  for (const bidir of [false, true])
    test(`a few positions are spread over the batch, and their gates are those of a whole count (two directions: ${bidir})`, () => {
      seed(5);
      const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2, bidir });
      for (const { variable } of model.namedParameters().values()) tf.tidy(() => variable.assign(tf.mul(variable, 6)));
      const trainer = new Trainer(model, SETTINGS);
      trainer.step(tokenBatch(3, 5, 11), { step: 1, lr: 0.01 });
      const recorded = trainer.recorded()!;
      assert.equal(positionsOf(recorded), 12);
      const before = tf.memory().numTensors;
      for (const layer of [0, 1]) {
        const all = gateUnits(recorded, layer, 100)!;
        assert.deepEqual(all, gateUnits(recorded, layer));
        assert.ok(Math.max(...all.low) > 0 && Math.max(...all.high) > 0);
        // The middle one of each row's four, as of a batch that has nothing else.
        const few = gateUnits(recorded, layer, 3)!;
        const alone = gateUnits(middles(recorded), layer)!;
        assert.deepEqual(few, alone);
      }
      assert.equal(tf.memory().numTensors, before);
      trainer.dispose();
      model.dispose();
    });
});

test('gates of a step that was kept are those that were kept, and an older one has only their shares', () => {
  const kept = { shape: [2, 4, 1], data: Float32Array.of(0.5, 0, 0.25, 0, 0.25, 1, 0, 0) };
  const recorded = stepOf(1, { [gatesName(0)]: kept });
  const { layers } = gateView(recorded);
  assert.deepEqual(
    layers.map(({ units, low, high }) => [units, [...low], [...high]]),
    [[1, [0.5, 0, 0.25, 0], [0.25, 1, 0, 0]]],
  );
  assert.deepEqual([...gateSaturation(recorded).layers[0]!], [0.75, 1, 0.25, 0]);
  const older = stepOf(1, { 'saturation/0': { shape: [4], data: Float32Array.of(0.125, 0, 0, 1) } });
  assert.deepEqual(gateView(older).layers, []);
  assert.deepEqual([...gateSaturation(older).layers[0]!], [0.125, 0, 0, 1]);
});

test('shares of a large batch come from some of its positions, and say of how many', () => {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2 });
  for (const { variable } of model.namedParameters().values()) tf.tidy(() => variable.assign(tf.mul(variable, 6)));
  const trainer = new Trainer(model, SETTINGS);
  trainer.step(tokenBatch(20, 31, 11), { step: 1, lr: 0.01 });
  const recorded = trainer.recorded()!;
  const { counted, positions, layers } = gateSaturation(recorded);
  assert.deepEqual([counted, positions, layers.length], [256, 600, 2]);
  gateView(recorded).layers.forEach((gates, layer) => {
    const exact = sharesOf(gates);
    layers[layer]!.forEach((share, gate) => assert.ok(Math.abs(share - exact[gate]!) < 0.03));
  });
  trainer.dispose();
  model.dispose();
});

test('mean and deviation are those of the outputs, at the first step and every thirty-second', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 }), (values) => {
      const log = new ActivationLog();
      for (const step of [1, 2, 16, 32, 33]) log.add(stepOf(step, { 'activation/0.rnns.0': outputs(values) }));
      const { steps, every, layers } = log.view();
      assert.deepEqual([[...steps], every, layers.length], [[1, 32], 32, 1]);
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
      assert.equal(layers[0]!.mean[1], Math.fround(mean));
      assert.equal(layers[0]!.deviation[1], Math.fround(deviation));
      assert.ok(layers[0]!.saturation.every(Number.isNaN), 'without weights no gate is known');
    }),
  );
});

test('a value that is not finite is seen in mean and deviation', () => {
  const log = new ActivationLog();
  log.add(stepOf(1, { 'activation/0.rnns.0': outputs([0.5, NaN]) }));
  const [layer] = log.view().layers;
  assert.ok(Number.isNaN(layer!.mean[0]) && Number.isNaN(layer!.deviation[0]));
});

test('a long run takes no more room: fewer steps are kept, the first and the latest among them', () => {
  const log = new ActivationLog();
  for (let step = 1; step <= 16 * 2000; step++)
    if (log.takes(step)) log.add(stepOf(step, { 'activation/0.rnns.0': outputs([0.25, 0.75]) }));
  const { steps, every, layers } = log.view();
  assert.ok(steps.length > 100 && steps.length <= 256, String(steps.length));
  assert.equal(every, 128);
  assert.equal(steps[0], 1);
  assert.ok(steps.at(-1)! > 16 * 2000 - every);
  assert.equal(layers[0]!.saturation.length, 4 * steps.length);
});

test('a run that goes on has what it had, from its folder too, up to the step it goes on from', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropscope-activations-'));
  try {
    assert.equal(await readActivations(folder), null);
    const { recorded } = oneLayer();
    const log = new ActivationLog();
    for (const step of [1, 32, 64]) log.add({ ...recorded, step });
    await writeActivations(folder, log.view());
    const again = await readActivations(folder);
    assert.deepEqual(again, log.view());
    const resumed = new ActivationLog(again, 40);
    assert.deepEqual([...resumed.view().steps], [1, 32]);
    resumed.add({ ...recorded, step: 64 });
    assert.deepEqual(resumed.view(), log.view());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/**
 * One layer of two units over two streams of three time steps; the first time step is not counted. Arguments of the gates:
 * a bias, and for the forget gate of unit 1 ten times the input as well.
 */
function oneLayer(): { recorded: RecordedStep; expected: number[][] } {
  const inner = '0.rnns.0.module';
  const ih = new Float32Array(8);
  ih[3] = 10;
  const bias = Float32Array.of(-4, 0, 0, 0, 2, -2, 4, 4);
  const zeros = (shape: number[]): TensorData => ({
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  const recorded = stepOf(1, {
    'activation/0.input_dp': { shape: [2, 3, 1], data: Float32Array.of(9, 1, 0, 9, -1, -1) },
    'activation/0.rnns.0': zeros([2, 3, 2]),
    [`${inner}.weight_ih_l0`]: { shape: [8, 1], data: ih },
    [`${inner}.weight_hh_l0`]: zeros([8, 2]),
    [`${inner}.bias_ih_l0`]: { shape: [8], data: bias },
    [`${inner}.bias_hh_l0`]: zeros([8]),
  });
  return {
    recorded,
    expected: [
      [1, 0, 0, 0.5, 0, 1, 0, 0],
      [0, 0, 0, 0.25, 1, 0, 1, 1],
    ],
  };
}

/** Of each row of a step of five time steps the third and the fourth: one position of either direction, t = 3 or 2. */
function middles(recorded: RecordedStep): RecordedStep {
  const read = (name: string): TensorData | undefined => {
    const tensor = recorded.read(name);
    if (!tensor || !name.startsWith('activation/')) return tensor;
    const [rows, length, size] = tensor.shape as [number, number, number];
    const data = new Float32Array(rows * 2 * size);
    for (let row = 0; row < rows; row++) {
      const from = (row * length + 2) * size;
      data.set(tensor.data.subarray(from, from + 2 * size), row * 2 * size);
    }
    return { shape: [rows, 2, size], data };
  };
  return stepOf(recorded.step, {}, 3, 2, read);
}

const sum = (shares: Float32Array, gate: number): number => shares[2 * gate]! + shares[2 * gate + 1]!;
