// The new config is one that Dropscope itself takes without a word.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse, type ParseError } from 'jsonc-parser';
import { configText } from '../../../src/features/newConfig/configText.ts';
import { validateConfig } from '../../../src/shared/config.ts';

it('a new dropscope.json is JSON with comments, valid, and explains every key', () => {
  const errors: ParseError[] = [];
  const text = configText();
  const value = parse(text, errors) as Record<string, unknown>;
  assert.deepEqual(errors, []);
  const { config, problems } = validateConfig(value);
  assert.deepEqual(problems, []);
  assert.equal(config?.n_hid, 128);
  const lines = text.split('\n');
  for (const key of Object.keys(value)) {
    const at = lines.findIndex((line) => line.includes(`"${key}":`));
    assert.match(lines[at - 1] ?? '', /^ {2}\/\/ \S/, key);
  }
});
