/** The sentences of the preview and the lines of a comparison, from a config in code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveTexts } from '../../../src/features/compare/effectiveText.ts';
import { configAt } from '../../../src/host/configAtCursor.ts';
import { readDocument } from '../../../src/lint/analyse.ts';
import { jsonConfig, pythonConfigs } from '../../../src/lint/previews.ts';
import { axesOf, pictureOf, probabilityOf, titleOf } from '../../../webview/preview/words.ts';

const { sites, ...config } = jsonConfig('{"emb_sz": 8, "n_hid": 6, "n_layers": 2, "weight_p": 0.4, "drop_mult": 0.5}');
const site = (name: string) => sites.find((one) => one.name === name)!;

test('a site says p before and after drop_mult, what is kept, and along what it is constant', () => {
  const weight = site('0.rnns.0.weight_hh_l0');
  assert.equal(probabilityOf(weight, 0.5), 'p 0.20 = 0.40 × drop_mult 0.5: expected to keep 80 %, each scaled by 1.25');
  assert.equal(titleOf(site('0.hidden_dps.0')), 'Locked dropout between LSTM layers');
  assert.equal(axesOf(site('1.output_dp')), 'constant along time (70), varies along batch (16) and features (8)');
  assert.equal(
    pictureOf(weight, { rows: 2, cols: 5 }, 8),
    'mask [24, 6]: 2 of 24 rows by 5 of 6 columns; 8 of 10 kept (80.0 %)',
  );
});

test('p of 0 and 1 are told as what they do', () => {
  const weight = site('0.rnns.0.weight_hh_l0');
  assert.equal(probabilityOf({ ...weight, p: 0, configured: 0 }, 1), 'p 0: nothing is dropped');
  assert.equal(probabilityOf({ ...weight, p: 1, configured: 1 }, 1), 'p 1: everything is dropped');
});

test('both sides of a comparison have the same keys, and differ only where the values do', () => {
  const { reference, config: own } = effectiveTexts({ ...config, sites });
  const [left, right] = [reference.split('\n'), own.split('\n')];
  assert.equal(left.length, right.length);
  assert.ok(
    right.some((line) => /^weight_p\s+p 0\.2\s+keeps 80 %\s+= 0\.4 x 0\.5$/.test(line)),
    own,
  );
  assert.ok(
    left.some((line) => /^weight_p\s+p 0\.2\s+keeps 80 %$/.test(line)),
    reference,
  );
  const same = effectiveTexts(jsonConfig('{"emb_sz": 8}'));
  assert.equal(same.config, same.reference);
});

test('the cursor means the narrowest config around it, and a call before a copy', () => {
  const text = `from fastai.text.all import *
config = awd_lstm_lm_config.copy()
config['weight_p'] = 0.4
learn = language_model_learner(dls, AWD_LSTM, config=config, drop_mult=0.5)
other = 1
`;
  const configs = pythonConfigs(readDocument({ file: 'a.py', text })!);
  assert.equal(configAt(configs, text.indexOf('0.4'))?.title, 'language_model_learner(…)');
  assert.equal(configAt(configs, text.indexOf('learn ='))?.dropMult, 0.5);
  assert.equal(configAt(configs, text.indexOf('other')), undefined);
});
