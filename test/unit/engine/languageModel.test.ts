import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { awdLstmLmSplit, getLanguageModel } from '../../../src/engine/models/languageModel.ts';
import { maskSites } from '../../../src/engine/models/maskSites.ts';
import { Trainer } from '../../../src/engine/training/trainer.ts';
import { onEachBackend } from './onEachBackend.ts';
import { SETTINGS, tokenBatch } from './smallModel.ts';
import { values } from './tensors.ts';

const SMALL = { vocab_sz: 100, emb_sz: 20, n_hid: 10, n_layers: 2 };

onEachBackend('G. language model', () => {
  test('G1 shapes of scores and of the last output before and after its dropout', () => {
    const { logits, raw, dropped } = getLanguageModel(SMALL).forward(tf.zeros([10, 5], 'int32'));
    assert.deepEqual(
      [logits.shape, raw.shape, dropped.shape],
      [
        [10, 5, 100],
        [10, 5, 20],
        [10, 5, 20],
      ],
    );
  });

  test('G2 a tied decoder shares the embedding: one parameter, moved once by a step', () => {
    const model = getLanguageModel(SMALL);
    const { encoder, decoder } = model;
    assert.equal(decoder.decoder.parameter('weight'), encoder.encoder.parameter('weight'));
    const before = values(encoder.encoder.weight('weight'));
    const trainer = new Trainer(model, SETTINGS);
    trainer.step(tokenBatch(2, 3, 100), { step: 1, lr: 0.01 });
    assert.notDeepEqual(values(encoder.encoder.weight('weight')), before);
    assert.deepEqual(values(decoder.decoder.weight('weight')), values(encoder.encoder.weight('weight')));
    assert.ok(!model.namedParameters().has('1.decoder.weight'));
    assert.ok(
      getLanguageModel({ ...SMALL, tie_weights: false })
        .namedParameters()
        .has('1.decoder.weight'),
    );
    assert.ok(
      !getLanguageModel({ ...SMALL, out_bias: false })
        .namedParameters()
        .has('1.decoder.bias'),
    );
  });

  test('G3 drop_mult multiplies every p and leaves the config alone', () => {
    const config = Object.freeze({ ...SMALL, drop_mult: 0.5 });
    const sites = maskSites(getLanguageModel(config));
    assert.deepEqual(Object.fromEntries(sites), {
      '0.encoder_dp': 0.01,
      '0.rnns.0.weight_hh_l0': 0.1,
      '0.rnns.1.weight_hh_l0': 0.1,
      '0.input_dp': 0.125,
      '0.hidden_dps.0': 0.075,
      '0.hidden_dps.1': 0.075,
      '1.output_dp': 0.05,
    });
    assert.throws(
      () => getLanguageModel({ ...SMALL, drop_mult: 5 }),
      /input_p: 0.25 times drop_mult 5 is 1.25, outside \[0, 1\]/,
    );
  });

  test('G4 four layer groups of a three-layer model hold every parameter once; the last one of a one-layer model holds two', () => {
    const model = getLanguageModel({ ...SMALL, n_layers: 3 });
    const groups = awdLstmLmSplit(model);
    assert.equal(groups.length, 4);
    const names = groups.flatMap((group) => [...group.keys()]);
    assert.deepEqual(names.sort(), [...model.namedParameters().keys()].sort());
    const one = awdLstmLmSplit(getLanguageModel({ ...SMALL, n_layers: 1 }));
    assert.deepEqual([...one.at(-1)!.keys()], ['0.encoder.weight', '1.decoder.bias']);
    assert.equal(
      one.reduce((sum, group) => sum + group.size, 0),
      6,
    );
  });

  test('G5 parameters are named as fastai v2 names them', () => {
    assert.deepEqual(
      [
        ...getLanguageModel({ ...SMALL, n_layers: 1, tie_weights: false })
          .namedParameters()
          .keys(),
      ],
      [
        '0.encoder.weight',
        '0.rnns.0.weight_hh_l0_raw',
        '0.rnns.0.module.weight_ih_l0',
        '0.rnns.0.module.bias_ih_l0',
        '0.rnns.0.module.bias_hh_l0',
        '1.decoder.weight',
        '1.decoder.bias',
      ],
    );
  });

  test('the same seed gives the same weights', () => {
    const weight = (): number[] => values(getLanguageModel(SMALL).encoder.rnns.items[1]!.raw().variable);
    assert.notDeepEqual(weight(), weight());
  });
});
