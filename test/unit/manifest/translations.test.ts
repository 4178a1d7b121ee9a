// Every sentence that the code hands to vscode.l10n.t, or to the `t` of pure code, is in the bundle that translators get.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';

const root = path.join(import.meta.dirname, '../../..');

it('l10n/bundle.l10n.json holds exactly the sentences of the code', () => {
  const bundle = JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.json'), 'utf8')) as Record<string, string>;
  const found = new Set<string>();
  for (const file of globSync('src/{host,features}/**/*.ts', { cwd: root })) {
    const source = readFileSync(path.join(root, file), 'utf8');
    for (const [, quoted = ''] of source.matchAll(/\bt\(\s*('(?:[^'\\]|\\.)*')/g)) {
      found.add(quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'));
    }
  }
  assert.ok(found.size > 20);
  assert.deepEqual(Object.keys(bundle).sort(), [...found].sort());
  for (const [key, value] of Object.entries(bundle)) assert.equal(value, key);
});
