/**
 * A tour of weight dropping, locked dropout and word dropout, as questions that people ask about them. Each answer is an
 * assertion, written with nothing but the library.
 */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import {
  AWDLSTM,
  backward,
  dropoutMask,
  Embedding,
  EmbeddingDropout,
  Linear,
  LSTM,
  ready,
  RNNDropout,
  seed,
  tf,
  WeightDropout,
  withMasks,
} from '../../../src/api.ts';

before(() => ready('cpu'));
beforeEach(() => seed(2));

const numbers = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync(), (value) => value + 0);
const round = (value: number): number => Number(value.toFixed(5));
const distinct = (tensor: tf.Tensor): number[] => [...new Set(numbers(tensor).map(round))].sort((a, b) => a - b);

describe('I. Why is there a raw weight, and what is a dropout with training=False doing in a constructor?', () => {
  const wrapped = () => new WeightDropout(new LSTM(5, 7), 0.4);

  test('what training=False is for: before the first forward there is a derived weight, and nothing of it is dropped', () => {
    const layer = wrapped();
    assert.deepEqual(numbers(layer.derived()), numbers(layer.raw().variable));
    assert.equal(layer.mask(), null);
  });

  test('whether a clone would have done as well: yes, if it is a copy. Ours is, so raw stays whatever becomes of derived', () => {
    const layer = wrapped().eval();
    const before = numbers(layer.raw().variable);
    layer.forward(tf.ones([1, 2, 5]));
    const derived = tf.variable(layer.derived());
    derived.assign(tf.zerosLike(derived));
    assert.deepEqual(numbers(layer.raw().variable), before);
    assert.deepEqual(numbers(layer.derived()), before);
  });

  test('whether the copy is needed: the layer must have a weight of that name, but not a parameter of that name', () => {
    const lstm = new LSTM(5, 7);
    assert.ok(lstm.parameter('weight_hh_l0'));
    const layer = new WeightDropout(lstm, 0.4);
    assert.equal(lstm.parameter('weight_hh_l0'), undefined);
    assert.deepEqual(lstm.weight('weight_hh_l0').shape, [28, 7]);
    const names = [...layer.namedParameters().keys()];
    assert.equal(names.filter((name) => name.includes('weight_hh_l0')).join(), 'weight_hh_l0_raw');
  });

  test('what raw is for: it remembers, while derived loses two fifths of its cells anew in every forward', () => {
    const layer = wrapped();
    const before = numbers(layer.raw().variable);
    const seen = new Set<string>();
    for (let call = 0; call < 20; call++) {
      layer.forward(tf.ones([2, 3, 5]));
      seen.add(numbers(layer.derived()).join());
    }
    assert.equal(seen.size, 20);
    assert.deepEqual(numbers(layer.raw().variable), before);
  });

  test('one mask for all time steps: with it known, every step can be computed by hand from the one before', () => {
    const layer = wrapped();
    const x = tf.randomNormal<tf.Rank.R3>([2, 4, 5], 0, 1, 'float32', 5);
    const mask = dropoutMask([28, 7], 0.4);
    const { output } = withMasks({ weight_hh_l0: mask }, () => layer.forward(x));
    let state: { h: tf.Tensor; c: tf.Tensor } | undefined;
    const steps = tf.split(x, 4, 1).map((step) => {
      const result = withMasks({ weight_hh_l0: mask }, () => layer.forward(step, state));
      state = { h: result.h, c: result.c };
      return result.output;
    });
    const apart = numbers(tf.concat(steps, 1));
    numbers(output).forEach((value, at) => assert.ok(Math.abs(value - apart[at]!) < 1e-6));
  });
});

describe('II. Does the gradient reach the raw weight?', () => {
  test('yes: never null, zero exactly where the mask is zero, scaled by 1/(1-p) elsewhere', () => {
    const layer = new WeightDropout(new Linear(4, 3, { bias: false }), 0.5, 'weight');
    const x = tf.tensor2d([[1, 2, 3, 4]]);
    const gradients = backward(layer, () => tf.sum(layer.forward(x)));
    const mask = numbers(layer.mask()!);
    assert.ok(mask.includes(0) && mask.includes(2));
    // Of a sum over outputs, each weight's gradient is its input.
    assert.deepEqual(
      numbers(gradients['weight_raw']!),
      mask.map((factor, cell) => factor * ((cell % 4) + 1)),
    );
  });

  test('an assignment is not what cuts it; taking the numbers out and putting them back in is', () => {
    const raw = tf.variable(tf.tensor1d([1, 2, 3]));
    const mask = tf.tensor1d([2, 0, 2]);
    const kept = tf.variableGrads(() => tf.sum<tf.Scalar>(tf.mul(raw, mask)), [raw]).grads;
    assert.deepEqual(numbers(kept[raw.name]!), [2, 0, 2]);
    assert.throws(
      () => tf.variableGrads(() => tf.sum<tf.Scalar>(tf.mul(tf.tensor1d(raw.dataSync()), mask)), [raw]),
      /Cannot find a connection/,
    );
  });

  test('in an LSTM too: some cells have neither weight nor gradient', () => {
    const layer = new WeightDropout(new LSTM(5, 7), 0.4);
    const x = tf.randomNormal([10, 20, 5], 0, 1, 'float32', 3);
    const gradient = numbers(backward(layer, () => tf.sum(layer.forward(x).output))['weight_hh_l0_raw']!);
    const derived = numbers(layer.derived());
    const dropped = derived.flatMap((value, cell) => (value === 0 ? [cell] : []));
    assert.ok(dropped.length >= 0.2 * 196 && dropped.length <= 0.6 * 196, `${dropped.length} of 196`);
    assert.ok(dropped.every((cell) => gradient[cell] === 0));
    assert.ok(gradient.some((value) => value !== 0));
  });
});

describe('III. What does the variational mode do, and what in evaluation?', () => {
  const ones = (granularity: 'row' | 'element') => {
    const linear = new Linear(3, 2);
    for (const parameter of linear.namedParameters().values()) parameter.assign(tf.ones(parameter.shape));
    return new WeightDropout(linear, 0.3, 'weight', { granularity });
  };
  const x = tf.ones([2, 2, 3]);
  const outputs = (granularity: 'row' | 'element'): number[] => {
    const layer = ones(granularity);
    return distinct(tf.concat(Array.from({ length: 60 }, () => layer.forward(x))));
  };

  test('it drops rows: an output loses all its inputs and keeps its bias (1), or has them all scaled (3 / .7 + 1)', () => {
    assert.deepEqual(outputs('row'), [1, 5.28571]);
  });

  test('without it single weights go, so there are outputs in between', () => {
    assert.deepEqual(outputs('element'), [1, 2.42857, 3.85714, 5.28571]);
  });

  test('within one call the mask is one: all four places of the batch show the same two outputs', () => {
    const [first, ...others] = tf.unstack(tf.reshape(ones('row').forward(x), [4, 2]));
    for (const other of others) assert.deepEqual(numbers(other), numbers(first!));
  });

  test('in evaluation nothing, in any mode: 3 + 1 = 4, every time', () => {
    for (const granularity of ['row', 'element'] as const) {
      const layer = ones(granularity).eval();
      for (let call = 0; call < 5; call++) assert.deepEqual(distinct(layer.forward(x)), [4]);
    }
  });
});

describe('IV. Locked over which axis?', () => {
  /** Whether what is dropped at index 0 of `axis` is what is dropped everywhere along it. */
  const locked = (out: tf.Tensor, axis: number): boolean => {
    const [first, ...rest] = tf.unstack(out, axis).map((slice) => numbers(slice).map((value) => value === 0));
    return rest.every((slice) => slice.join() === first!.join());
  };

  test('over time: axis 1 of batch first, and of nothing else', () => {
    const out = new RNNDropout(0.5).forward(tf.ones([3, 5, 50]));
    assert.deepEqual(
      [0, 1, 2].map((axis) => locked(out, axis)),
      [false, true, false],
    );
  });

  test('over axis 0 when time comes first; a batch-first tensor given to that is locked over its batch', () => {
    const timeFirst = new RNNDropout(0.5, { timeAxis: 0 });
    const out = timeFirst.forward(tf.ones([3, 5, 50]));
    assert.deepEqual(
      [0, 1].map((axis) => locked(out, axis)),
      [true, false],
    );
  });

  test('each kept feature is its input divided by 1 - p', () => {
    const x = tf.randomNormal([4, 3, 7], 0, 1, 'float32', 1);
    const out = numbers(new RNNDropout(0.3).forward(x));
    numbers(x).forEach((value, at) => assert.ok(out[at] === 0 || Math.abs(out[at]! - value / 0.7) < 1e-5));
    assert.ok(out.includes(0));
  });

  test('a sequence of pictures is locked over time as well: the same pixels of all ten', () => {
    const out = new RNNDropout(0.3).forward(tf.ones([4, 10, 3, 32, 32]));
    assert.deepEqual(
      [0, 1].map((axis) => locked(out, axis)),
      [false, true],
    );
  });

  test('the bare mask has the shape asked for, whatever it will be multiplied with', () => {
    const mask = dropoutMask([4, 3], 0.25);
    assert.deepEqual(mask.shape, [4, 3]);
    assert.ok(distinct(mask).every((value) => value === 0 || value === 1.33333));
  });
});

describe('V. Words or elements?', () => {
  const ids = [
    [3, 7, 1, 3, 9, 2, 2, 5],
    [7, 4, 3, 8, 6, 2, 0, 7],
  ];
  const partly = (vectors: tf.Tensor): number =>
    (vectors.arraySync() as number[][][]).flat().filter((vector) => vector.includes(0) && vector.some(Boolean)).length;

  test('word dropout drops a token whole, and wherever it stands', () => {
    const embedding = new Embedding(10, 4);
    const out = new EmbeddingDropout(embedding, 0.8).forward(ids);
    assert.equal(partly(out), 0);
    const rows = (out.arraySync() as number[][][]).flat();
    ids.flat().forEach((id, at) => assert.deepEqual(rows[at], rows[ids.flat().indexOf(id)]));
    assert.ok(rows.some((row) => row.every((value) => value === 0)) && rows.some((row) => row.some(Boolean)));
  });

  test('element dropout after an embedding leaves vectors with holes', () => {
    const vectors = new Embedding(10, 4).forward(ids);
    assert.ok(partly(tf.mul(vectors, dropoutMask(vectors.shape, 0.5))) > 0);
  });

  test('kept words are doubled at p = .5', () => {
    const embedding = new Embedding(10, 7, 1);
    const weight = embedding.weight('weight').arraySync() as number[][];
    const rows = new EmbeddingDropout(embedding, 0.5).forward([0, 1, 2, 3, 4, 5, 6, 7]).arraySync() as number[][];
    rows.forEach((row, id) =>
      assert.ok(
        row.every((value) => value + 0 === 0) || row.every((value, at) => value === Math.fround(2 * weight[id]![at]!)),
      ),
    );
  });

  test('a scale multiplies what is looked up; the table stays, also in evaluation', () => {
    const embedding = new Embedding(10, 4);
    const before = numbers(embedding.weight('weight'));
    const dropout = new EmbeddingDropout(embedding, 0.5).eval();
    const plain = numbers(dropout.forward(ids));
    assert.deepEqual(
      numbers(dropout.forward(ids, 3)),
      plain.map((value) => Math.fround(3 * value)),
    );
    assert.deepEqual(numbers(embedding.weight('weight')), before);
  });
});

describe('VI. And all of it together', () => {
  test('the encoder gives the last layer at every step, and keeps a state of every layer for the next call', () => {
    const model = new AWDLSTM({
      vocabSz: 100,
      embSz: 20,
      nHid: 10,
      nLayers: 2,
      hiddenP: 0.2,
      embedP: 0.02,
      inputP: 0.1,
      weightP: 0.2,
    });
    const ids = tf.randomUniform([10, 5], 0, 100, 'int32', 4);
    const out = model.forward(ids);
    assert.deepEqual(out.shape, [10, 5, 20]);
    assert.equal(model.bs, 10);
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
    assert.deepEqual(numbers(tf.slice(out, [0, 4, 0], [10, 1, 20])), numbers(model.hidden[1]!.h));
  });
});
