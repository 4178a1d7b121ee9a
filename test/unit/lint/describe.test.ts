/** Hovers, hints and lenses as data, and the hover's words: effective p, kept share, mask, picture. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoverText } from '../../../src/features/hovers/hoverText.ts';
import { lintRules } from '../../../src/contributions.ts';
import { readDocument } from '../../../src/lint/analyse.ts';
import { descriptionsOf, hintsOf, lensesOf } from '../../../src/lint/describe.ts';
import { rules } from '../../../src/lint/rules/rules.ts';

function read(text: string) {
  return readDocument({ file: 'a.py', text })!;
}

const learner = `from fastai.text.all import *
config = awd_lstm_lm_config.copy()
config['weight_p'] = 0.4
learn = language_model_learner(dls, AWD_LSTM, config=config, drop_mult=0.5)
`;

test('a setting knows its p after drop_mult', () => {
  const [weight, ...others] = descriptionsOf(read(learner));
  assert.equal(others.length, 0);
  assert.deepEqual([weight?.key, weight?.configured, weight?.factor, weight?.p], ['weight_p', 0.4, 0.5, 0.2]);
  assert.equal(weight?.mask, '[4H, H]');
});

test('the hover says what is kept, and draws it', () => {
  const [weight] = descriptionsOf(read(learner));
  const text = hoverText(weight!);
  assert.match(text, /p = 0\.2 = 0\.4 × drop_mult 0\.5: 80 % are kept on average, each scaled by 1\/\(1-p\) = 1\.25/);
  const picture = decodeURIComponent(/\(data:image\/svg\+xml;utf8,([^)]*)\)/.exec(text)![1]!);
  const dropped = picture.split('fill="none"').length - 1;
  assert.ok(Math.abs(dropped / 192 - 0.2) < 0.03, String(dropped));
});

test('a locked mask is drawn with whole columns, a word mask with whole rows', () => {
  const rowsOf = (text: string) => {
    const svg = decodeURIComponent(/utf8,([^)]*)\)/.exec(hoverText(descriptionsOf(read(text))[0]!))![1]!);
    const cells = svg
      .split('<rect')
      .slice(1)
      .map((cell) => cell.includes('fill="none"'));
    return Array.from({ length: 8 }, (_, row) => cells.slice(row * 24, row * 24 + 24));
  };
  const locked = rowsOf('dp = RNNDropout(0.3)');
  assert.ok(locked.every((row) => JSON.stringify(row) === JSON.stringify(locked[0])));
  assert.ok(new Set(locked[0]).size === 2);
  const words = rowsOf('dp = EmbeddingDropout(emb, 0.5)');
  assert.ok(words.every((row) => new Set(row).size === 1));
});

test('hints: effective values and the names of positional arguments', () => {
  const labels = (text: string) => hintsOf(read(text)).map(({ label }) => label.trim());
  assert.deepEqual(
    labels(learner).filter((label) => label.startsWith('=')),
    ['= 0.2 after drop_mult'],
  );
  assert.deepEqual(labels('enc = AWD_LSTM(100, 20, 10, n_layers=2)'), ['vocab_sz=', 'emb_sz=', 'n_hid=']);
});

test('lenses: a whole config, defaults of the reference included, and only when every value is known', () => {
  const [lens] = lensesOf(read(learner));
  assert.deepEqual(lens?.config, {
    input_p: 0.25,
    hidden_p: 0.15,
    output_p: 0.1,
    embed_p: 0.02,
    weight_p: 0.4,
    drop_mult: 0.5,
  });
  assert.deepEqual(lensesOf(read('enc = AWD_LSTM(100, 20, 10, 2, weight_p=.3)'))[0]?.config, {
    input_p: 0.6,
    hidden_p: 0.2,
    embed_p: 0.1,
    emb_sz: 20,
    n_hid: 10,
    n_layers: 2,
    weight_p: 0.3,
  });
  assert.deepEqual(lensesOf(read('enc = AWD_LSTM(100, size, 10, 2)')), []);
});

test('every rule has its setting', () => {
  assert.deepEqual(
    lintRules,
    rules.map(({ code }) => code),
  );
});
