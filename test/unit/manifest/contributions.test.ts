// The manifest and the code name the same things, in both directions, and every text of the manifest exists once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  checkpointEditor,
  commands,
  contextKeys,
  inspectorPanel,
  previewPanel,
  settings,
  tools,
  views,
} from '../../../src/contributions.ts';

const root = path.join(import.meta.dirname, '../../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
const nls = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly languageModelTools: readonly { readonly name: string; readonly inputSchema: { readonly type: string } }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings: readonly MenuItem[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly media: { readonly markdown: string } }[] }[];
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly colors?: readonly { readonly id: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
  };
}
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const sorted = (names: Iterable<string>) => [...names].sort();

describe('package.json', () => {
  it('contributes exactly the commands of the code, in the category Dropscope', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(Object.values(commands)));
    for (const { command, category } of contributes.commands) assert.equal(category, 'Dropscope', command);
  });

  it('contributes exactly the views and settings of the code', () => {
    assert.deepEqual(sorted((contributes.views['dropscope'] ?? []).map(({ id }) => id)), sorted(Object.values(views)));
    const properties = contributes.configuration.flatMap((section) => Object.keys(section.properties));
    assert.deepEqual(sorted(properties), sorted(Object.values(settings)));
  });

  it('contributes exactly the custom editor of the code', () => {
    assert.deepEqual(
      contributes.customEditors.map(({ viewType }) => viewType),
      [checkpointEditor],
    );
  });

  it('contributes exactly the tools of the code, each with a schema of its input', () => {
    assert.deepEqual(sorted(contributes.languageModelTools.map(({ name }) => name)), sorted(Object.values(tools)));
    for (const { inputSchema } of contributes.languageModelTools) assert.equal(inputSchema.type, 'object');
  });

  it('names only commands and views that exist in menus, keys and welcome views', () => {
    const known = new Set<string>(Object.values(commands));
    for (const item of [...Object.values(contributes.menus).flat(), ...contributes.keybindings]) {
      assert.ok(known.has(item.command), item.command);
    }
    const viewIds = new Set<string>(Object.values(views));
    for (const { view } of contributes.viewsWelcome) assert.ok(viewIds.has(view), view);
  });

  it('reads only context keys that the code sets', () => {
    const known = new Set<string>([
      ...Object.values(contextKeys),
      ...Object.values(views),
      inspectorPanel,
      previewPanel,
    ]);
    const clauses = [
      ...contributes.commands.map(({ enablement }) => enablement ?? ''),
      ...[...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ when }) => when ?? ''),
    ];
    for (const clause of clauses) {
      for (const [key] of clause.matchAll(/\bdropscope\.(?!json\b)[a-z]\w*/gi)) {
        assert.ok(known.has(key), `${key} in: ${clause}`);
      }
    }
  });

  it('has a text for every placeholder, and a placeholder for every text', () => {
    const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(sorted(used), sorted(Object.keys(nls)));
  });

  it('has colours with one dot only: VS Code replaces only the first one', () => {
    for (const { id } of contributes.colors ?? []) assert.equal(id.split('.').length, 2, id);
  });

  it('points at files that are there', () => {
    const files = [
      manifest.icon,
      ...Object.values(contributes.views).flatMap((list) => list.map(({ icon }) => icon)),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
      ...contributes.jsonValidation.map(({ url }) => url),
    ];
    for (const file of files) assert.ok(readFileSync(path.join(root, file)).length > 0, file);
  });

  it('has a PNG icon of 128 pixels', () => {
    const png = readFileSync(path.join(root, manifest.icon));
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [128, 128]);
  });

  it('is not activated by everything', () => {
    for (const event of manifest.activationEvents)
      assert.match(event, /^(onWebviewPanel|workspaceContains|onLanguage:python$)/);
  });
});
