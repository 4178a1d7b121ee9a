/** Findings of a dropscope.json that carry a fix: the key that was meant, at its place whatever ends the lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyse } from '../../../src/lint/analyse.ts';

test('a misspelt key is put right where it stands', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['\uFEFF{', '  // mine', '  "emb_sz": 64, "n_hiden": 32', '}'].join(end);
    const [finding, ...others] = analyse({ file: 'dropscope.json', text });
    assert.equal(others.length, 0);
    assert.equal(finding?.fix?.title, 'Change to n_hid');
    const [edit] = finding.fix.edits;
    assert.ok(edit);
    assert.equal(text.slice(0, edit.from) + edit.text + text.slice(edit.to), text.replace('n_hiden', 'n_hid'));
  }
});

test('what resembles no key has no fix', () => {
  const [finding] = analyse({ file: 'dropscope.json', text: '{"quixotic": 1}' });
  assert.equal(finding?.code, 'unknown-config-key');
  assert.equal(finding.fix, undefined);
});
