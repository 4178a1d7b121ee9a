/** What a config may say, what is refused and in which words, and what the defaults come to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultConfig, presetConfig, resolveConfig, validateConfig } from '../../../src/shared/config.ts';
import { effectiveDropout } from '../../../src/shared/configDropout.ts';
import { didYouMean } from '../../../src/shared/didYouMean.ts';
import { hyperparameterKeys } from '../../../src/shared/hyperparameters.ts';

const errorsOf = (value: unknown) => validateConfig(value).problems.filter(({ severity }) => severity === 'error');
const refused = (value: unknown, key: string, pattern: RegExp) => {
  const { problems, config } = validateConfig(value);
  assert.equal(config, undefined);
  assert.equal(problems[0]?.path.join('.'), key);
  assert.match(problems[0].message, pattern);
};

test('the defaults are those of the contract', () => {
  const config = defaultConfig();
  assert.deepEqual(
    [config.emb_sz, config.n_hid, config.n_layers, config.bs, config.bptt, config.max_vocab],
    [400, 1152, 3, 16, 70, 60_000],
  );
  assert.deepEqual(
    [config.input_p, config.hidden_p, config.output_p, config.embed_p, config.weight_p, config.drop_mult],
    [0.25, 0.15, 0.1, 0.02, 0.2, 1],
  );
  assert.deepEqual(
    [config.lr, config.clip, config.alpha, config.beta, config.wd, config.seed],
    [2e-3, 0.25, 2, 1, 0, 1],
  );
  assert.deepEqual(config.weight_drop, { names: ['weight_hh_l0'], granularity: 'element', mode: 'training' });
  assert.deepEqual([config.epochs, config.steps, config.eval_every, config.vocab_sz], [1, null, null, null]);
});

test('without a config the preset small is used, and flags win', () => {
  const { config } = resolveConfig(undefined, { steps: 20, weight_drop: { mode: 'off' } });
  assert.deepEqual([config?.emb_sz, config?.n_hid, config?.n_layers], [64, 128, 2]);
  assert.deepEqual([config?.steps, config?.epochs], [20, null]);
  assert.deepEqual(config?.weight_drop, { names: ['weight_hh_l0'], granularity: 'element', mode: 'off' });
  assert.equal(
    resolveConfig({ weight_drop: { granularity: 'row' } }, { weight_drop: { mode: 'off' } }).config?.weight_drop
      .granularity,
    'row',
  );
  assert.deepEqual(resolveConfig(null).problems[0]?.path, []);
});

test('characters are kept from their first occurrence on, words from their third', () => {
  assert.equal(validateConfig({}).config?.min_freq, 3);
  assert.equal(validateConfig({ tokenizer: 'char' }).config?.min_freq, 1);
  assert.equal(validateConfig({ tokenizer: 'char', min_freq: 4 }).config?.min_freq, 4);
});

test('with epochs and steps both are kept', () => {
  const { config } = validateConfig({ epochs: 2, steps: 50 });
  assert.deepEqual([config?.epochs, config?.steps], [2, 50]);
});

test('unknown keys are refused with the key that was meant', () => {
  refused({ n_hiden: 3 }, 'n_hiden', /unknown key "n_hiden"; did you mean n_hid\?/);
  refused({ wdrop: 0.5 }, 'wdrop', /did you mean weight_p\?/);
  refused({ seq_len: 72 }, 'seq_len', /did you mean bptt\?/);
  refused({ weight_drop: { mod: 'off' } }, 'weight_drop.mod', /did you mean mode\?/);
  refused(JSON.parse('{"__proto__": 1}'), '__proto__', /unknown key/);
  refused({ constructor: 1 }, 'constructor', /unknown key/);
});

test('values out of place are refused with what would be right', () => {
  refused({ weight_p: 1.2 }, 'weight_p', /weight_p is 1.2; a dropout probability must be between 0 and 1/);
  refused({ weight_p: -0.1 }, 'weight_p', /between 0 and 1/);
  refused({ weight_p: NaN }, 'weight_p', /weight_p is NaN/);
  refused({ weight_p: [0.5] }, 'weight_p', /is a list, \[0.5\]; it must be one number, like 0.5/);
  refused({ drop_mult: 6 }, 'drop_mult', /input_p 0.25 x 6 = 1.5; .* at most 4/);
  refused({ bidir: true, n_hid: 3 }, 'n_hid', /n_hid is 3; with bidir it must be an even number, like 4/);
  refused({ optimizer: 'adm' }, 'optimizer', /"adam", "sgd", "nt-asgd"; did you mean "adam"\?/);
  refused({ bs: 1.5 }, 'bs', /a whole number between 1 and 65536/);
  refused({ lr: 0 }, 'lr', /above 0/);
  refused({ freeze_to: 4 }, 'freeze_to', /freeze_to is 4, and this model has 4 layer groups; give -4 to 3/);
  refused({ lr: [2, 1] }, 'lr', /low at most high/);
  refused({ moms: [0.9] }, 'moms', /a list of 3 numbers/);
  refused({ ps: [0.1, 0.2] }, 'ps', /2 values for 1 layers/);
  refused({ pad_token: 9, vocab_sz: 9 }, 'pad_token', /below vocab_sz, 9/);
  refused({ weight_drop: { names: ['weight_ih'] } }, 'weight_drop.names.0', /weights that can be dropped are/);
  refused({ weight_drop: { names: ['weight_hh_l0_reverse'] } }, 'weight_drop.names.0', /only with bidir/);
  refused({ corpus: [''] }, 'corpus.0', /a list of texts/);
  refused('hello', '', /the config is a text; it must be a JSON object/);
});

test('what is not built is refused in words', () => {
  refused({ qrnn: true }, 'qrnn', /qrnn is not available yet/);
  refused({ task: 'classifier' }, 'task', /not available yet/);
});

test('p = 1 is allowed with a warning', () => {
  const { problems, config } = validateConfig({ input_p: 0.5, drop_mult: 2, output_p: 0.2 });
  assert.equal(config?.input_p, 0.5);
  assert.deepEqual(
    problems.map(({ severity, path }) => [severity, path[0]]),
    [['warning', 'input_p']],
  );
});

test('every preset is a valid config, and a resolved config stays as it is', () => {
  for (const name of ['tiny', 'small', 'medium', 'ulmfit'] as const) {
    const config = presetConfig(name);
    assert.deepEqual(validateConfig(config), { problems: [], config });
    assert.deepEqual(validateConfig(JSON.parse(JSON.stringify(config))).config, config);
  }
});

test('effective dropouts carry the mask names, in the order of the forward pass', () => {
  const { config } = resolveConfig(undefined, { drop_mult: 0.5 });
  assert.ok(config);
  assert.deepEqual(
    effectiveDropout(config).map(({ mask, configured, p }) => [mask, configured, p]),
    [
      ['0.encoder_dp', 0.02, 0.01],
      ['0.input_dp', 0.25, 0.125],
      ['0.rnns.0.weight_hh_l0', 0.2, 0.1],
      ['0.hidden_dps.0', 0.15, 0.075],
      ['0.rnns.1.weight_hh_l0', 0.2, 0.1],
      ['1.output_dp', 0.1, 0.05],
    ],
  );
});

test('anything at all ends in a config or in sentences', () => {
  const key = fc.oneof(fc.constantFrom(...hyperparameterKeys), fc.string());
  const value = fc.oneof(fc.anything(), fc.double(), fc.integer(), fc.array(fc.double()), fc.object());
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(key, value)), (given) => {
      const { config, problems } = validateConfig(given);
      assert.equal(
        config === undefined,
        problems.some(({ severity }) => severity === 'error'),
      );
      for (const { message } of problems) assert.ok(message.length < 900 && !message.includes('[object'), message);
      if (config) for (const { p } of effectiveDropout(config)) assert.ok(p >= 0 && p <= 1);
    }),
    { numRuns: 2000 },
  );
});

test('did you mean: near names only', () => {
  assert.equal(didYouMean('embSz', ['emb_sz', 'n_hid']), 'emb_sz');
  assert.equal(didYouMean('bptt', ['bs', 'bptt']), 'bptt');
  assert.equal(didYouMean('tset', ['test', 'tests']), 'test');
  assert.equal(didYouMean('completely', ['emb_sz', 'n_hid']), undefined);
  assert.equal(didYouMean('x'.repeat(100_000), ['emb_sz']), undefined);
  assert.deepEqual(errorsOf({ ['q'.repeat(5000)]: 1 }).length, 1);
});
