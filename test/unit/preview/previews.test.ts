/** The configs of a document as whole models: where they stand, what is drawn, what had to be assumed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readDocument } from '../../../src/lint/analyse.ts';
import { jsonConfig, pythonConfigs } from '../../../src/lint/previews.ts';

const configsOf = (text: string) => pythonConfigs(readDocument({ file: 'a.py', text })!);

test('the sample’s AWD_LSTM is drawn with its own numbers and without an output', () => {
  const text = readFileSync(path.join(import.meta.dirname, '../../../media/sample/languageModel.py'), 'utf8');
  const [config, ...others] = configsOf(text);
  assert.equal(others.length, 0);
  assert.equal(config?.title, 'AWD_LSTM(…)');
  assert.deepEqual(
    config?.sites.map(({ name, p, shape }) => [name, p, shape.join()]),
    [
      ['0.encoder_dp', 0.02, '4000,1'],
      ['0.input_dp', 0.25, '16,1,64'],
      ['0.rnns.0.weight_hh_l0', 0.2, '512,128'],
      ['0.hidden_dps.0', 0.15, '16,1,128'],
      ['0.rnns.1.weight_hh_l0', 0.2, '256,64'],
    ],
  );
  assert.equal(text.slice(config?.lens ?? 0).startsWith('AWD_LSTM('), true);
  const [{ from, to } = { from: 0, to: 0 }] = config?.ranges ?? [];
  assert.ok(text.slice(from, to).startsWith('encoder = AWD_LSTM('));
});

test('AWD_LSTM’s absent arguments have the constructor’s defaults, not those of a config', () => {
  const [config] = configsOf('from fastai.text.all import *\nenc = AWD_LSTM(100, 20, 10, 2, weight_p=.3)\n');
  const byKey = Object.fromEntries(config!.dropouts.map(({ key, configured, given }) => [key, [configured, given]]));
  assert.deepEqual(byKey, {
    input_p: [0.6, false],
    hidden_p: [0.2, false],
    embed_p: [0.1, false],
    weight_p: [0.3, true],
  });
});

test('a config that reaches a learner has its drop_mult, from every line that belongs to it', () => {
  const text = `from fastai.text.all import *
config = awd_lstm_lm_config.copy()
config['weight_p'] = 0.4
learn = language_model_learner(dls, AWD_LSTM, config=config, drop_mult=0.5)
`;
  const [config] = configsOf(text);
  const weight = config?.sites.find(({ name }) => name === '0.rnns.0.weight_hh_l0');
  assert.deepEqual([weight?.configured, weight?.p, weight?.shape.join()], [0.4, 0.2, '4608,1152']);
  const lines = config?.ranges.map(({ from, to }) => text.slice(from, to));
  assert.deepEqual(lines?.[1], "config['weight_p'] = 0.4");
  assert.ok(config?.notes.some((note) => note.includes('first 1000 words')));
});

test('what cannot be told is said, and a wrong p is a problem instead of a picture', () => {
  const unknown = configsOf('from fastai.text.all import *\nenc = AWD_LSTM(100, 20, 10, 2, weight_p=find())\n')[0];
  assert.ok(unknown?.notes.some((note) => note.startsWith('weight_p cannot be told')));
  const wrong = configsOf('from fastai.text.all import *\nenc = AWD_LSTM(100, 20, 10, 2, weight_p=1.5)\n')[0];
  assert.deepEqual(wrong?.sites, []);
  assert.match(wrong?.problem ?? '', /weight_p.*1\.5/);
});

test('a dropscope.json is one config; half-typed it says where it breaks', () => {
  const whole = jsonConfig(
    '// mine\n{ "emb_sz": 64, "n_hid": 128, "n_layers": 2, "embed_p": 0.1, "drop_mult": 2, "seed": 7 }',
  );
  assert.deepEqual([whole.lens, whole.seed, whole.sites[0]?.p, whole.sites.length], [8, 7, 0.2, 6]);
  assert.deepEqual(
    whole.dropouts.filter(({ given }) => given).map(({ key }) => key),
    ['embed_p'],
  );
  const broken = jsonConfig('{\n "emb_sz": }');
  assert.match(broken.problem, /^line 2: not JSON/);
  assert.deepEqual(broken.sites, []);
});
