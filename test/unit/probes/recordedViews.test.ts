// What is computed from a recorded step again: gates, token losses, element dropout, promises of weights; on each backend.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { elementDropout } from '../../../src/engine/probes/elementDropout.ts';
import { gateSaturation } from '../../../src/engine/probes/gateSaturation.ts';
import { stepsHolding } from '../../../src/engine/probes/gradientView.ts';
import type { RecordedStep } from '../../../src/engine/probes/recordedStep.ts';
import { tokenLosses } from '../../../src/engine/probes/tokenLosses.ts';
import { derivedVerdict, gradientMaskVerdict } from '../../../src/engine/probes/weightVerdicts.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from '../engine/onEachBackend.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const BATCH = tokenBatch(3, 5, 11);

function recordedStep(config = {}): RecordedStep {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2, ...config });
  // Large weights, so that some gates are saturated and others are not.
  for (const { variable } of model.namedParameters().values()) tf.tidy(() => variable.assign(tf.mul(variable, 6)));
  const trainer = new Trainer(model, SETTINGS);
  trainer.step(BATCH, { step: 1, lr: 0.01 });
  return trainer.recorded()!;
}

/** Gates one value at a time, from the definition of the LSTM. */
function slowSaturation(recorded: RecordedStep, layer: number, suffixes: readonly string[]): number[] {
  const x = recorded.read(layer === 0 ? 'activation/0.input_dp' : `activation/0.hidden_dps.${layer - 1}`)!;
  const y = recorded.read(`activation/0.rnns.${layer}`)!;
  const [batch, time, size] = x.shape as [number, number, number];
  const saturated = [0, 0, 0, 0];
  let each = 0;
  suffixes.forEach((suffix, direction) => {
    const inner = `0.rnns.${layer}.module`;
    const ih = recorded.read(`${inner}.weight_ih_l0${suffix}`)!.data;
    const dropped = recorded.read(`derived/${inner}.weight_hh_l0${suffix}`);
    const hh = (dropped ?? recorded.read(`${inner}.weight_hh_l0${suffix}`))!;
    const bias = (name: string, row: number) => recorded.read(`${inner}.${name}${suffix}`)!.data[row]!;
    const units = hh.shape[1]!;
    for (let row = 0; row < batch; row++) {
      for (let t = 0; t < time; t++) {
        const earlier = direction === 0 ? t - 1 : t + 1;
        if (earlier < 0 || earlier >= time) continue;
        for (let at = 0; at < 4 * units; at++) {
          let z = bias('bias_ih_l0', at) + bias('bias_hh_l0', at);
          for (let i = 0; i < size; i++) z += ih[at * size + i]! * x.data[(row * time + t) * size + i]!;
          for (let i = 0; i < units; i++) {
            const from = (row * time + earlier) * y.shape[2]! + direction * units + i;
            z += hh.data[at * units + i]! * y.data[from]!;
          }
          const gate = Math.floor(at / units);
          const value = gate === 2 ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
          if (gate === 2 ? Math.abs(value) > 0.95 : value < 0.05 || value > 0.95) saturated[gate]!++;
        }
        each += units;
      }
    }
  });
  return saturated.map((count) => count / each);
}

onEachBackend('recorded views', () => {
  for (const [title, config, suffixes] of [
    ['one direction', {}, ['']],
    ['two directions', { bidir: true }, ['', '_reverse']],
  ] as const) {
    test(`saturated gates are those of the definition (${title})`, () => {
      const recorded = recordedStep(config);
      const { layers: shares } = gateSaturation(recorded);
      assert.equal(shares.length, 2);
      shares.forEach((found, layer) => {
        const expected = slowSaturation(recorded, layer, suffixes);
        found.forEach((share, gate) =>
          assert.ok(Math.abs(share - expected[gate]!) < 0.01, `${share} ${expected[gate]}`),
        );
      });
      assert.ok(shares.some((gates) => gates.some((share) => share > 0.05 && share < 0.95)));
    });
  }

  for (const tie_weights of [true, false]) {
    test(`token losses average to the step's cross-entropy (tied: ${tie_weights})`, () => {
      const recorded = recordedStep({ tie_weights, out_bias: tie_weights });
      const losses = tokenLosses(recorded)!;
      assert.equal(losses.length, 15);
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      assert.ok(Math.abs(mean - recorded.read('loss/ce')!.data[0]!) < 1e-5);
      assert.ok(new Set(losses).size > 5);
    });
  }

  test('views leave no tensor behind', () => {
    const recorded = recordedStep();
    const before = tf.memory().numTensors;
    gateSaturation(recorded);
    tokenLosses(recorded);
    assert.equal(tf.memory().numTensors, before);
  });
});

test('element dropout drops the share p of elements, the same each time for one step, and another one for the next', () => {
  const asked = { vectors: 400, size: 50, p: 0.1, seed: 3, step: 7 };
  const shares = elementDropout(asked);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(Math.abs(mean - 0.1) < 4 * Math.sqrt(0.09 / 20_000), String(mean));
  assert.ok(
    shares.filter((share) => share === 1).length === 0,
    'no whole word is dropped, unlike by embedding dropout',
  );
  assert.deepEqual(elementDropout(asked), shares);
  assert.notDeepEqual(elementDropout({ ...asked, step: 8 }), shares);
  assert.ok(elementDropout({ ...asked, p: 0 }).every((share) => share === 0));
  assert.ok(elementDropout({ ...asked, p: 1 }).every((share) => share === 1));
});

test('reach counts the last time steps that hold a share of the sum', () => {
  assert.equal(stepsHolding(Float32Array.of(1, 1, 2, 4), 0.5), 1);
  assert.equal(stepsHolding(Float32Array.of(1, 1, 2, 4), 0.6), 2);
  assert.equal(stepsHolding(Float32Array.of(1, 1, 2, 4), 0.99), 4);
  assert.equal(stepsHolding(Float32Array.of(0, 0), 0.5), 0);
  assert.equal(stepsHolding(Float32Array.of(NaN, 1), 0.5), 0);
});

test('promises of weights: one sentence over all that hold, one for each that does not', () => {
  const good = { cells: 10, equal: 10, dropped: 3, gradientZeros: 3, gradientZerosDropped: 3 };
  const sites = [
    { site: '0.rnns.0.weight_hh_l0', facts: good },
    { site: '0.rnns.1.weight_hh_l0', facts: { ...good, equal: 9, gradientZerosDropped: 1 } },
    { site: '0.rnns.2.weight_hh_l0', facts: { ...good, gradientZeros: 5 } },
  ];
  const said = (verdicts: ReturnType<typeof derivedVerdict>) =>
    verdicts.map(({ holds, sentence }) => [holds, sentence]);
  assert.deepEqual(said(derivedVerdict(sites.slice(0, 1))), [
    [true, 'derived = raw × mask in 10 of 10 cells, bit for bit.'],
  ]);
  assert.deepEqual(said(derivedVerdict(sites)), [
    [false, '`rnns.1.weight_hh_l0`: derived = raw × mask in 9 of 10 cells, bit for bit.'],
  ]);
  assert.deepEqual(said(gradientMaskVerdict(sites)), [
    [false, '`rnns.1.weight_hh_l0`: gradient is not 0 in 2 of the 3 dropped cells.'],
  ]);
  assert.deepEqual(said(gradientMaskVerdict([sites[0]!, sites[2]!])), [
    [true, 'Gradient is 0 in 8 cells: all 6 dropped ones, and 2 that were kept, over 2 weights.'],
  ]);
  assert.deepEqual(said(derivedVerdict([])), [[null, 'No weight is dropped in this model.']]);
});
