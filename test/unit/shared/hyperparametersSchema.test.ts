/** The committed JSON schema is the one the table gives, and the table keeps its own rules. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Hyperparameter } from '../../../src/shared/hyperparameter.ts';
import { hyperparameterKeys, hyperparameters } from '../../../src/shared/hyperparameters.ts';
import { configSchema, description } from '../../../src/shared/hyperparametersSchema.ts';
import { checkValue } from '../../../src/shared/configValue.ts';

test('media/schemas/dropscope.schema.json is up to date (node tools/schema.ts)', () => {
  const file = new URL('../../../media/schemas/dropscope.schema.json', import.meta.url);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(JSON.stringify(configSchema())));
});

test('every default passes its own check, and every key has a sentence', () => {
  for (const key of hyperparameterKeys) {
    const row: Hyperparameter = hyperparameters[key];
    assert.deepEqual(checkValue(row, [key], row.default), []);
    assert.match(description(row), /^[A-Z].*\.( |$)/, key);
  }
});

test('hovers give the names that others use', () => {
  assert.match(description(hyperparameters.weight_p), /Elsewhere: .*wdrop \(awd-lstm-lm\), weight_p \(fastai\)\./);
});
