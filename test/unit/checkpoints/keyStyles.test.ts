import assert from 'node:assert/strict';
import test from 'node:test';
import { fromDropscope, toDropscope, UnknownKeys } from '../../../src/engine/checkpoints/keyStyles.ts';
import type { NamedTensor } from '../../../src/engine/checkpoints/safetensors.ts';
import { keyStyles } from '../../../src/shared/jobContract.ts';

const tensor = (name: string, ...data: number[]): NamedTensor => ({
  name,
  shape: [data.length],
  data: Float32Array.from(data),
});

/** A model with `layers` layers, each tensor holding a number of its own. */
function model(layers: number, { tied = true, reverse = false } = {}): NamedTensor[] {
  let next = 1;
  const names = ['0.encoder.weight'];
  for (let k = 0; k < layers; k++) {
    for (const end of reverse ? ['', '_reverse'] : ['']) {
      names.push(end ? `0.rnns.${k}.module.weight_hh_l0_reverse` : `0.rnns.${k}.weight_hh_l0_raw`);
      for (const kind of ['weight_ih', 'bias_ih', 'bias_hh']) names.push(`0.rnns.${k}.module.${kind}_l0${end}`);
    }
  }
  if (!tied) names.push('1.decoder.weight');
  names.push('1.decoder.bias');
  return names.map((name) => tensor(name, next++));
}

const byName = (tensors: readonly NamedTensor[]): Record<string, number[]> =>
  Object.fromEntries(tensors.map(({ name, data }) => [name, [...data]]));

test('G5: fastai v2 has 16 keys for three tied layers, in the order of its state_dict', () => {
  const layer = (k: number): string[] =>
    ['weight_hh_l0_raw', 'module.weight_ih_l0', 'module.bias_ih_l0', 'module.bias_hh_l0'].map(
      (name) => `0.rnns.${k}.${name}`,
    );
  assert.deepEqual(
    fromDropscope(model(3), 'fastai2').map(({ name }) => name),
    [
      '0.encoder.weight',
      '0.encoder_dp.emb.weight',
      ...layer(0),
      ...layer(1),
      ...layer(2),
      '1.decoder.weight',
      '1.decoder.bias',
    ],
  );
});

test('fastai v1 has 19 keys: the derived weight stands behind the input weight', () => {
  const names = fromDropscope(model(3), 'fastai1').map(({ name }) => name);
  assert.equal(names.length, 19);
  assert.equal(names[names.indexOf('0.rnns.1.module.weight_ih_l0') + 1], '0.rnns.1.module.weight_hh_l0');
});

test('salesforce keeps raw on the wrapped module and has no prefixes', () => {
  assert.deepEqual(Object.keys(byName(fromDropscope(model(1), 'salesforce'))).sort(), [
    'decoder.bias',
    'decoder.weight',
    'encoder.weight',
    'rnns.0.module.bias_hh_l0',
    'rnns.0.module.bias_ih_l0',
    'rnns.0.module.weight_hh_l0_raw',
    'rnns.0.module.weight_ih_l0',
  ]);
});

test('every style comes back as the same weights, tied or not, one direction or two', () => {
  for (const style of keyStyles) {
    for (const options of [{}, { tied: false }, { reverse: true }]) {
      const ours = model(2, options);
      assert.deepEqual(byName(toDropscope(fromDropscope(ours, style))), byName(ours), style);
    }
  }
});

test('fastai 0.7 and an encoder saved alone are read', () => {
  const old = [
    tensor('0.encoder.weight', 1),
    tensor('0.encoder_with_dropout.embed.weight', 1),
    tensor('0.rnns.0.module.weight_hh_l0_raw', 2),
    tensor('0.rnns.0.module.weight_ih_l0', 3),
  ];
  const wanted = { '0.encoder.weight': [1], '0.rnns.0.weight_hh_l0_raw': [2], '0.rnns.0.module.weight_ih_l0': [3] };
  assert.deepEqual(byName(toDropscope(old)), wanted);
  const saved = [
    tensor('encoder.weight', 1),
    tensor('rnns.0.weight_hh_l0_raw', 2),
    tensor('rnns.0.module.weight_ih_l0', 3),
  ];
  assert.deepEqual(byName(toDropscope(saved)), wanted);
});

test('a salesforce checkpoint saved after evaluation has a spurious derived weight, which is left out', () => {
  const saved = [...fromDropscope(model(1), 'salesforce'), tensor('rnns.0.module.weight_hh_l0', 9)];
  assert.deepEqual(byName(toDropscope(saved)), byName(model(1)));
});

test('foreign names are refused in a sentence', () => {
  const refuse = (tensors: NamedTensor[], what: RegExp): void =>
    assert.throws(
      () => toDropscope(tensors),
      (error) => error instanceof UnknownKeys && what.test(error.message),
    );
  refuse([tensor('transformer.h.0.attn.weight', 1)], /^transformer\.h\.0\.attn\.weight: not a tensor of an AWD-LSTM/);
  refuse([tensor('0.rnns.0.weight_hh_l0_raw', 1)], /^encoder\.weight: missing/);
  refuse([tensor('encoder.weight', 1)], /^rnns\.0\.weight_hh_l0_raw: missing/);
});
