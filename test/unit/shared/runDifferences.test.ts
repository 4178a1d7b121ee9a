// In what two configs differ, and what makes runs repeats of each other.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { defaultConfig, resolveConfig } from '../../../src/shared/config.ts';
import { configDifferences, recipeOf } from '../../../src/shared/runDifferences.ts';

function config(given: Record<string, unknown>) {
  return resolveConfig(given).config ?? assert.fail('not a config');
}

/** Configs that a run could have, a few keys of every kind changed. */
const configs = fc
  .record(
    {
      weight_p: fc.constantFrom(0, 0.2, 0.5),
      embed_p: fc.constantFrom(0.02, 0.1),
      drop_mult: fc.constantFrom(0.5, 1),
      n_hid: fc.constantFrom(64, 128),
      optimizer: fc.constantFrom('adam', 'sgd'),
      tie_weights: fc.boolean(),
      moms: fc.constantFrom([0.9, 0.9, 0.9], [0.8, 0.7, 0.8]),
      corpus: fc.constantFrom([], ['a.txt', 'b.txt']),
      weight_drop: fc.record({ granularity: fc.constantFrom('element', 'row', 'column') }),
      seed: fc.constantFrom(1, 2),
    },
    { requiredKeys: [] },
  )
  .map((given) => config({ emb_sz: 64, ...given }));

describe('configDifferences', () => {
  it('names nothing for equal configs and something for others, the same keys from either side', () => {
    fc.assert(
      fc.property(configs, configs, (a, b) => {
        const found = configDifferences(a, b);
        assert.equal(found.length === 0, JSON.stringify(a) === JSON.stringify(b));
        for (const one of found) assert.notEqual(one.a, one.b, one.key);
        const mirrored = configDifferences(b, a).map((one) => ({ ...one, a: one.b, b: one.a }));
        assert.deepEqual(found, mirrored);
      }),
    );
  });

  it('gives dropouts as what they come to after drop_mult', () => {
    const found = configDifferences(config({ weight_p: 0.4 }), config({ weight_p: 0.4, drop_mult: 0.5 }));
    assert.deepEqual(
      found.find(({ key }) => key === 'weight_p'),
      { key: 'weight_p', group: 'dropout', a: '0.4', b: '0.2 (0.4 × 0.5)' },
    );
    assert.ok(found.some(({ key }) => key === 'drop_mult'));
  });

  it('looks into weight_drop, and writes values as people do', () => {
    const other = { weight_drop: { granularity: 'row' }, corpus: ['a.txt', 'b.txt'], tie_weights: false, clip: 0 };
    const found = configDifferences(config({}), config(other));
    assert.deepEqual(
      found.map(({ key, a, b }) => [key, a, b]),
      [
        ['tie_weights', 'yes', 'no'],
        ['weight_drop.granularity', 'element', 'row'],
        ['corpus', 'none', 'a.txt, b.txt'],
        ['clip', '0.25', '0'],
      ],
    );
  });

  it('never shows two values alike that differ', () => {
    const [found] = configDifferences(config({ lr: 0.001 }), config({ lr: 0.001 + 1e-12 }));
    assert.equal(found?.key, 'lr');
    assert.notEqual(found.a, found.b);
  });

  it('leaves out what is not known of an older run', () => {
    assert.deepEqual(configDifferences({ lr: 0.1 }, { lr: 0.1, clip: 1 }), []);
  });
});

describe('recipeOf', () => {
  it('is the same for another seed or backend, and another for whatever changes the numbers', () => {
    const base = recipeOf(defaultConfig());
    for (const same of [{ seed: 7 }, { backend: 'wasm' }, { checkpoint_every: 5 }, { keep_checkpoints: 1 }])
      assert.equal(recipeOf({ ...defaultConfig(), ...same }), base, JSON.stringify(same));
    for (const other of [{ weight_p: 0.5 }, { steps: 10 }, { vocab_sz: 600 }])
      assert.notEqual(recipeOf({ ...defaultConfig(), ...other }), base, JSON.stringify(other));
  });
});
