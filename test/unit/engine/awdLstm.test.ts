import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { AWDLSTM } from '../../../src/engine/models/awdLstm.ts';
import { getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { backward } from '../../../src/engine/nn/backward.ts';
import { withObserver } from '../../../src/engine/nn/observe.ts';
import { onEachBackend } from './onEachBackend.ts';
import { same, values } from './tensors.ts';

const make = (p = {}): AWDLSTM => new AWDLSTM({ vocabSz: 100, embSz: 20, nHid: 10, nLayers: 2, ...p });
const ids = (rows: number, length: number): tf.Tensor =>
  tf.tensor2d(
    Array.from({ length: rows * length }, (_, at) => (at * 7) % 100),
    [rows, length],
    'int32',
  );
const noDropout = { hiddenP: 0, inputP: 0, embedP: 0, weightP: 0 };

onEachBackend('F. AWDLSTM and its state', () => {
  test('F1 seed 003: shapes, state and the number of parameters', () => {
    const model = make();
    const output = model.forward(ids(10, 5));
    assert.deepEqual(output.shape, [10, 5, 20]);
    assert.deepEqual(
      model.hidden.map(({ h, c }) => [h.shape, c.shape]),
      [
        [
          [1, 10, 10],
          [1, 10, 10],
        ],
        [
          [1, 10, 20],
          [1, 10, 20],
        ],
      ],
    );
    same(tf.slice(output, [0, 4, 0], [10, 1, 20]), tf.reshape(model.hidden[1]!.h, [10, 1, 20]));
    assert.equal(model.bs, 10);
    const count = [...model.namedParameters().values()].reduce((sum, { size }) => sum + size, 0);
    assert.equal(count, 5840);
  });

  test('F2 another batch size keeps the first rows and zeros new ones', () => {
    const model = make().eval();
    model.forward(ids(10, 5));
    const before = model.hidden.map(({ h }) => values(tf.slice(h, [0, 0, 0], [1, 6, -1])));
    model.state.resize(6);
    assert.deepEqual(
      model.hidden.map(({ h }) => values(h)),
      before,
    );
    model.forward(ids(6, 5));
    assert.equal(model.bs, 6);
    model.state.resize(10);
    const added = values(tf.slice(model.hidden[0]!.h, [0, 6, 0], [1, 4, -1]));
    assert.ok(added.every((value) => value === 0));
  });

  test('F3 reset zeros the state and makes derived raw; evaluation repeats after it and only then', () => {
    const model = make();
    model.forward(ids(3, 4));
    model.reset();
    assert.ok(model.hidden.every(({ h, c }) => [...values(h), ...values(c)].every((value) => value === 0)));
    same(model.rnns.items[0]!.derived(), model.rnns.items[0]!.raw().variable);
    model.eval();
    const first = model.forward(ids(3, 4));
    assert.notDeepEqual(values(model.forward(ids(3, 4))), values(first));
    model.reset();
    same(model.forward(ids(3, 4)), first);
  });

  test('F4 the backward pass of a second call does not reach the first', () => {
    const model = make(noDropout);
    const first = model.forward(ids(2, 3));
    const carried = model.hidden.map(({ h, c }) => ({ h: tf.clone(h), c: tf.clone(c) }));
    const gradients = (run: () => tf.Tensor): number[] =>
      values(backward(model, () => tf.sum(run()))['encoder.weight']!);
    const second = gradients(() => model.forward(ids(2, 3)));
    // The same call from the same state as plain numbers: nothing of the first call can take part.
    const fresh = make(noDropout);
    for (const [name, parameter] of model.namedParameters())
      fresh.namedParameters().get(name)!.assign(parameter.variable);
    fresh.state.restore(
      new Map(
        carried.flatMap(({ h, c }, layer): [string, tf.Tensor][] => [
          [`hidden/${layer}.h`, h],
          [`hidden/${layer}.c`, c],
        ]),
      ),
    );
    assert.deepEqual(values(backward(fresh, () => tf.sum(fresh.forward(ids(2, 3))))['encoder.weight']!), second);
    assert.equal(first.shape[0], 2);
  });

  test('F5 the last hidden_dp is never applied; from embeddings input_dp acts and words are not dropped', () => {
    const names: string[] = [];
    const model = make({ hiddenP: 0.5, inputP: 0.5, embedP: 0.5 });
    withObserver(
      (name) => void names.push(name),
      () => model.forward(tf.ones([2, 3, 20]), { fromEmbeddings: true }),
    );
    const masks = names.filter((name) => name.startsWith('mask/'));
    assert.deepEqual(masks, [
      'mask/input_dp',
      'mask/rnns.0.weight_hh_l0',
      'mask/hidden_dps.0',
      'mask/rnns.1.weight_hh_l0',
    ]);
  });

  test('F6 selectHidden picks rows of h and c', () => {
    const model = make().eval();
    model.forward(ids(3, 4));
    const rows = model.hidden.map(({ h, c }) => [h, c].map((x) => tf.unstack(x, 1).map(values)));
    model.selectHidden([2, 0, 2]);
    assert.equal(model.bs, 3);
    model.hidden.forEach(({ h, c }, layer) =>
      [h, c].forEach((x, at) =>
        assert.deepEqual(
          tf.unstack(x, 1).map(values),
          [2, 0, 2].map((row) => rows[layer]![at]![row]),
        ),
      ),
    );
    assert.throws(() => model.selectHidden([3]), /row 3 is not in a batch of 3/);
  });

  test('F7 without dropout training and evaluation are equal', () => {
    const model = make(noDropout);
    const training = model.train().forward(ids(2, 5));
    model.reset();
    same(model.eval().forward(ids(2, 5)), training);
  });
});

onEachBackend('F8 parameter counts', (backend) => {
  const count = (config: Parameters<typeof getLanguageModel>[0], chosen = (_name: string): boolean => true): number => {
    const model = getLanguageModel(config);
    const sizes = [...model.namedParameters()].filter(([name]) => chosen(name)).map(([, { size }]) => size);
    model.dispose();
    return sizes.reduce((sum, size) => sum + size, 0);
  };

  test(
    'the LSTMs of 400/1152 in three layers',
    { skip: backend !== 'wasm' && 'counted once: 24 million initial weights' },
    () => {
      assert.equal(
        count({ vocab_sz: 100 }, (name) => name.startsWith('0.rnns.0')),
        7160832,
      );
      assert.equal(
        count({ vocab_sz: 100 }, (name) => name.startsWith('0.rnns.1')),
        10626048,
      );
      assert.equal(
        count({ vocab_sz: 100 }, (name) => name.startsWith('0.rnns.2')),
        2486400,
      );
      assert.equal(count({ vocab_sz: 10000, n_hid: 1150 }), 24221600);
    },
  );

  test('a bidirectional model needs even sizes', () => {
    assert.throws(() => make({ bidir: true, nHid: 9 }), /needs an even nHid and embSz/);
    assert.deepEqual(make({ bidir: true }).forward(ids(2, 3)).shape, [2, 3, 20]);
  });
});
