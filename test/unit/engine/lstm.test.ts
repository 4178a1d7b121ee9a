import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { WeightDropout } from '../../../src/engine/dropout/weightDropout.ts';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { AWDLSTM } from '../../../src/engine/models/awdLstm.ts';
import { LinearDecoder } from '../../../src/engine/models/linearDecoder.ts';
import { backward } from '../../../src/engine/nn/backward.ts';
import { LSTM } from '../../../src/engine/nn/lstm.ts';
import type { Module } from '../../../src/engine/nn/module.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close, same, values } from './tensors.ts';

/** One input, one unit; every weight as given, biases 0 unless given. */
function unit(ih: number[], hh: number[], biasIh = [0, 0, 0, 0], biasHh = [0, 0, 0, 0]): LSTM {
  const lstm = new LSTM(1, 1);
  const set = (name: string, column: number[], shape: number[]): void =>
    lstm.parameter(name)!.assign(tf.tensor(column, shape));
  set('weight_ih_l0', ih, [4, 1]);
  set('weight_hh_l0', hh, [4, 1]);
  set('bias_ih_l0', biasIh, [4]);
  set('bias_hh_l0', biasHh, [4]);
  return lstm;
}

const ONES = [1, 1, 1, 1];
const twoSteps = (first: number, second: number): tf.Tensor3D => tf.tensor3d([first, second], [1, 2, 1]);

/** h1, c1, h2, c2 of a two-step sequence. */
function states(lstm: LSTM, first: number, second: number): number[] {
  const one = lstm.forward(tf.tensor3d([first], [1, 1, 1]));
  const two = lstm.forward(twoSteps(first, second));
  return [one.h, one.c, two.h, two.c].flatMap(values);
}

onEachBackend('E. LSTM', () => {
  test('E1 all weights 1, by hand', () => {
    close(states(unit(ONES, ONES), 1, 1), [0.369606353, 0.556769941, 0.650535223, 1.144446158]);
  });

  test('E2 with a derived recurrent weight the first step stays', () => {
    close(states(unit(ONES, [2, 0, 2, 0]), 1, 1), [0.369606353, 0.556769941, 0.610935676, 1.206698313]);
    close(states(unit(ONES, [0, 0, 0, 0]), 1, 1).slice(2), [0.545346079, 0.963801383]);
  });

  test('E3 gradient of derived and of raw', () => {
    const lstm = unit(ONES, [2, 0, 2, 0]);
    const derived = backward(lstm, () => tf.sum(lstm.forward(twoSteps(1, 1)).output))['weight_hh_l0']!;
    close(derived, [0.009737806, 0.008921736, 0.008051662, 0.060728508], 1e-7);
    const dropout = new WeightDropout(unit(ONES, ONES), 0.5);
    const masks = { weight_hh_l0: tf.tensor2d([2, 0, 2, 0], [4, 1]) };
    const raw = withMasks(masks, () => backward(dropout, () => tf.sum(dropout.forward(twoSteps(1, 1)).output)));
    close(raw['weight_hh_l0_raw']!, [0.019475612, 0, 0.016103324, 0], 1e-7);
  });

  test('E4 gate order i, f, g, o; of the two biases only the sum matters', () => {
    const ih = [0.1, 0.2, 0.3, 0.4];
    const hh = [0.5, 0.6, 0.7, 0.8];
    close(states(unit(ih, hh), 1, 2), [0.090851939, 0.152933059, 0.279589004, 0.419381878]);
    const wanted = [0.126878344, 0.2051401, 0.346663147, 0.511972207];
    close(states(unit(ih, hh, [0.01, 0.02, 0.03, 0.04], [0.05, 0.06, 0.07, 0.08]), 1, 2), wanted);
    close(states(unit(ih, hh, [0.06, 0.08, 0.1, 0.12]), 1, 2), wanted);
  });

  test('E7 bidirectional: halves of the output meet the two final states', () => {
    const { output, h } = new LSTM(3, 4, { bidirectional: true }).forward(
      tf.randomUniform([2, 5, 3], -1, 1, 'float32', 1),
    );
    assert.deepEqual(output.shape, [2, 5, 8]);
    const part = (t: number, from: number): tf.Tensor => tf.reshape(tf.slice(output, [0, t, from], [2, 1, 4]), [2, 4]);
    const [forward, reverse] = tf.unstack(h) as [tf.Tensor, tf.Tensor];
    same(part(4, 0), forward);
    same(part(0, 4), reverse);
  });

  test('E8 chunks with carried state equal one long sequence', () => {
    const lstm = new LSTM(3, 4);
    const x = tf.randomUniform([2, 7, 3], -1, 1, 'float32', 1);
    const whole = lstm.forward(x).output;
    const first = lstm.forward(tf.slice(x, [0, 0, 0], [2, 3, 3]));
    const second = lstm.forward(tf.slice(x, [0, 3, 0], [2, 4, 3]), first);
    close(tf.concat([first.output, second.output], 1), values(whole));
  });

  test('the gradient of h and c is that of the last output', () => {
    const lstm = new LSTM(3, 4);
    const x = tf.randomUniform([2, 5, 3], -1, 1, 'float32', 1);
    const ofState = backward(lstm, () => tf.sum(lstm.forward(x).h));
    const ofOutput = backward(lstm, () => tf.sum(tf.slice(lstm.forward(x).output, [0, 4, 0], [2, 1, 4])));
    for (const name of Object.keys(ofState)) same(ofState[name]!, ofOutput[name]!);
  });

  test('an input of the wrong width is refused in words', () => {
    assert.throws(() => new LSTM(3, 4).forward(tf.ones([2, 5, 2])), /LSTM\(3, 4\) takes \[B, T, 3\], not \[2, 5, 2\]/);
  });
});

onEachBackend('E5 initial weights', (backend) => {
  const largest = (module: Module): number =>
    Math.max(
      ...[...module.namedParameters().values()].flatMap((parameter) => values(tf.max(tf.abs(parameter.variable)))),
    );

  test('LSTM within 1/sqrt(H), biases too', () => {
    for (const [size, bound] of backend === 'cpu'
      ? ([[400, 0.05]] as const)
      : ([
          [1152, 0.02946278],
          [400, 0.05],
        ] as const)) {
      const lstm = new LSTM(10, size);
      assert.ok(largest(lstm) <= bound + 1e-8 && largest(lstm) > 0.99 * bound);
      assert.ok(values(tf.max(tf.abs(lstm.weight('bias_hh_l0'))))[0]! > 0.9 * bound);
    }
  });

  test('embedding and decoder within 0.1, decoder bias 0', () => {
    assert.ok(largest(new AWDLSTM({ vocabSz: 50, embSz: 20, nHid: 10, nLayers: 1 }).encoder) <= 0.1);
    const decoder = new LinearDecoder(50, 20);
    assert.ok(largest(decoder) <= 0.1);
    assert.ok(values(decoder.decoder.weight('bias')).every((value) => value === 0));
  });
});
