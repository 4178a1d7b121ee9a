import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { withMasks } from '../../../src/engine/dropout/givenMasks.ts';
import { WeightDropout } from '../../../src/engine/dropout/weightDropout.ts';
import { backward } from '../../../src/engine/nn/backward.ts';
import { Linear } from '../../../src/engine/nn/linear.ts';
import { LSTM } from '../../../src/engine/nn/lstm.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close, same, values } from './tensors.ts';

const dropLstm = (p: number): WeightDropout<LSTM> => new WeightDropout(new LSTM(5, 7), p, ['weight_hh_l0']);

/** Ones everywhere, as in seed 001. */
function onesLinear(granularity: 'element' | 'row'): WeightDropout<Linear> {
  const linear = new Linear(3, 2);
  for (const parameter of linear.namedParameters().values()) parameter.assign(tf.ones(parameter.shape));
  return new WeightDropout(linear, 0.3, ['weight'], { granularity });
}

onEachBackend('C. WeightDropout', () => {
  test('C1 before any forward the derived weight is the raw one', () => {
    const dropout = dropLstm(0.4);
    same(dropout.derived('weight_hh_l0'), dropout.raw('weight_hh_l0').variable);
  });

  test('C2 in training derived = raw x mask, bit for bit', () => {
    const dropout = dropLstm(0.4);
    dropout.forward(tf.ones([2, 3, 5]));
    same(dropout.derived(), tf.mul(dropout.raw().variable, dropout.mask()!));
    assert.notDeepEqual(values(dropout.derived()), values(dropout.raw().variable));
  });

  test('C3 in evaluation derived = raw and two forwards are equal, in row mode too', () => {
    for (const granularity of ['element', 'row', 'column'] as const) {
      const dropout = new WeightDropout(new LSTM(5, 7), 0.5, 'weight_hh_l0', { granularity }).eval();
      const x = tf.randomUniform([2, 4, 5], -1, 1, 'float32', 3);
      same(dropout.forward(x).output, dropout.forward(x).output);
      same(dropout.derived(), dropout.raw().variable);
    }
  });

  test('C4 what is done to the derived weight does not reach raw', () => {
    const dropout = dropLstm(0.4).eval();
    dropout.forward(tf.ones([1, 2, 5]));
    const raw = values(dropout.raw().variable);
    dropout.derived().dataSync().fill(9);
    assert.deepEqual(values(dropout.raw().variable), raw);
  });

  test('C5 a hundred training forwards leave raw as it was', () => {
    const dropout = dropLstm(0.4);
    const raw = values(dropout.raw().variable);
    for (let call = 0; call < 100; call++) tf.tidy(() => void dropout.forward(tf.ones([1, 2, 5])));
    assert.deepEqual(values(dropout.raw().variable), raw);
  });

  test('C6 two calls differ from the second time step on', () => {
    const dropout = dropLstm(0.9);
    const x = tf.ones([1, 2, 5]);
    const [first, second] = [dropout.forward(x).output, dropout.forward(x).output];
    const at = (t: number, out: tf.Tensor3D): number[] => values(tf.slice(out, [0, t, 0], [1, 1, 7]));
    assert.deepEqual(at(0, first), at(0, second));
    assert.notDeepEqual(at(1, first), at(1, second));
  });

  test('C7 the gradient of raw is the mask times that of derived: zero exactly where the mask is', () => {
    const dropout = dropLstm(0.5);
    const x = tf.randomUniform([2, 4, 5], -1, 1, 'float32', 3);
    const gradient = backward(dropout, () => tf.sum(dropout.forward(x).output))['weight_hh_l0_raw']!;
    const mask = dropout.mask()!;
    const derived = dropout.derived();
    const plain = new LSTM(5, 7);
    for (const [name, parameter] of plain.namedParameters())
      parameter.assign(name === 'weight_hh_l0' ? derived : dropout.module.weight(name));
    const ofDerived = backward(plain, () => tf.sum(plain.forward(x).output))['weight_hh_l0']!;
    same(gradient, tf.mul(ofDerived, mask));
    assert.ok(values(gradient).some((value) => value !== 0));
  });

  test('C8 by hand', () => {
    const dropout = new WeightDropout(new Linear(2, 2, { bias: false }), 0.5, 'weight');
    dropout.raw().assign(
      tf.tensor2d([
        [1, 2],
        [3, 4],
      ]),
    );
    const masks = {
      weight: tf.tensor2d([
        [2, 0],
        [0, 2],
      ]),
    };
    const upstream = tf.tensor2d([
      [10, 20],
      [30, 40],
    ]);
    // With the identity as input, the output is derived transposed and so is what comes down to it.
    const gradients = withMasks(masks, () =>
      backward(dropout, () => tf.sum(tf.mul(dropout.forward(tf.eye(2)), tf.transpose(upstream)))),
    );
    close(dropout.derived(), [2, 0, 0, 8]);
    close(gradients['weight_raw']!, [20, 0, 0, 80]);
  });

  test('C9 ones through a Linear: rows give 1 or 5.2857143, elements multiples of 1/.7, evaluation 4', () => {
    for (let call = 0; call < 8; call++) {
      const near = (allowed: number[], out: number): boolean => allowed.some((value) => Math.abs(value - out) < 1e-6);
      for (const out of values(onesLinear('row').forward(tf.ones([1, 3]))))
        assert.ok(near([1, 5.2857143], out), `${out}`);
      const elements = [1, 2.4285714, 3.8571429, 5.2857143];
      for (const out of values(onesLinear('element').forward(tf.ones([1, 3]))))
        assert.ok(near(elements, out), `${out}`);
    }
    assert.deepEqual(
      values(
        onesLinear('row')
          .eval()
          .forward(tf.ones([1, 3])),
      ),
      [4, 4],
    );
  });

  test('C10 in row mode the mask is [rows, 1]: a gate unit loses its whole recurrent term or keeps it, doubled', () => {
    const dropout = new WeightDropout(new LSTM(1, 2), 0.5, 'weight_hh_l0', { granularity: 'row' });
    dropout.raw().assign(tf.ones([8, 2]));
    dropout.forward(tf.ones([1, 1, 1]));
    assert.deepEqual(dropout.mask()!.shape, [8, 1]);
    const recurrent = values(tf.matMul(dropout.derived(), tf.ones([2, 1])));
    assert.ok(
      recurrent.every((value) => value === 0 || value === 4),
      recurrent.join(' '),
    );
  });

  test('C10 in column mode the mask is [1, columns]', () => {
    const dropout = new WeightDropout(new LSTM(1, 6), 0.5, 'weight_hh_l0', { granularity: 'column' });
    dropout.forward(tf.ones([1, 1, 1]));
    assert.deepEqual(dropout.mask()!.shape, [1, 6]);
  });

  test('C11 the share of zeros of LSTM(5, 7) at p = .4 is within [.2, .6]', () => {
    const dropout = dropLstm(0.4);
    dropout.forward(tf.ones([1, 1, 5]));
    const derived = values(dropout.derived());
    assert.equal(derived.length, 196);
    const zeros = derived.filter((value) => value === 0).length / 196;
    assert.ok(zeros >= 0.2 && zeros <= 0.6, `${zeros}`);
  });

  test('C12 only listed weights are dropped; an unknown name is refused with those there are', () => {
    assert.throws(
      () => new WeightDropout(new LSTM(5, 7), 0.5, ['weight_hh_l1']),
      /LSTM has no weight weight_hh_l1 \(it has weight_ih_l0, weight_hh_l0/,
    );
    const both = new WeightDropout(new LSTM(5, 7, { bidirectional: true }), 0.5, ['weight_hh_l0']);
    both.forward(tf.ones([1, 2, 5]));
    assert.throws(() => both.mask('weight_hh_l0_reverse'), /no weight weight_hh_l0_reverse is dropped here/);
    const listed = new WeightDropout(new LSTM(5, 7, { bidirectional: true }), 0.5, [
      'weight_hh_l0',
      'weight_hh_l0_reverse',
    ]);
    listed.forward(tf.ones([1, 2, 5]));
    assert.ok(listed.mask('weight_hh_l0_reverse'));
    assert.notDeepEqual(values(listed.mask('weight_hh_l0_reverse')!), values(listed.mask('weight_hh_l0')!));
  });

  test('C13 the parameters hold raw once and never derived, in training and in evaluation', () => {
    const names = ['weight_hh_l0_raw', 'module.weight_ih_l0', 'module.bias_ih_l0', 'module.bias_hh_l0'];
    const dropout = dropLstm(0.4);
    assert.deepEqual([...dropout.namedParameters().keys()], names);
    dropout.forward(tf.ones([1, 2, 5]));
    assert.deepEqual([...dropout.eval().namedParameters().keys()], names);
  });

  test('C14 switching between training and evaluation ten times changes nothing', () => {
    const dropout = dropLstm(0.4);
    for (let turn = 0; turn < 10; turn++) {
      dropout.train().forward(tf.ones([1, 2, 5]));
      dropout.eval().forward(tf.ones([1, 2, 5]));
      assert.equal(dropout.namedParameters().size, 4);
    }
  });

  test('C15 a changed p takes effect on the next forward', () => {
    const dropout = dropLstm(0.4);
    dropout.weightP = 1;
    dropout.forward(tf.ones([1, 2, 5]));
    assert.ok(values(dropout.derived()).every((value) => value === 0));
    dropout.weightP = 0;
    dropout.forward(tf.ones([1, 2, 5]));
    same(dropout.derived(), dropout.raw().variable);
  });

  test('mode "always" drops in evaluation too, "off" never does', () => {
    const always = new WeightDropout(new LSTM(5, 7), 0.5, 'weight_hh_l0', { mode: 'always' }).eval();
    always.forward(tf.ones([1, 2, 5]));
    assert.ok(always.mask());
    const off = new WeightDropout(new LSTM(5, 7), 0.5, 'weight_hh_l0', { mode: 'off' });
    off.forward(tf.ones([1, 2, 5]));
    assert.equal(off.mask(), null);
  });
});

test('a granularity or mode that does not exist, and a loss that is not one number, are refused in words', () => {
  const wrap = (options: object) => new WeightDropout(new Linear(3, 2), 0.5, 'weight', options);
  assert.throws(() => wrap({ granularity: 'cell' }), /granularity is "cell" \(one of element, row, column\)/);
  assert.throws(() => wrap({ mode: 'on' }), /mode is "on" \(one of training, always, off\)/);
  const linear = new Linear(3, 2);
  assert.throws(() => backward(linear, () => linear.forward(tf.ones([4, 3]))), /the loss is \[4, 2\]/);
});
