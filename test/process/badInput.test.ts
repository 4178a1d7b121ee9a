import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { dropscope, tinyConfig, writeText } from './engineHarness.ts';

interface Case {
  readonly what: string;
  /** Writes the bad input and gives the arguments after `train`. */
  readonly args: (folder: string, text: string) => Promise<readonly string[]>;
  readonly says: RegExp;
  readonly status?: 1 | 2;
  readonly env?: NodeJS.ProcessEnv;
}

async function withFile(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(path.join(folder, name), content);
  return name;
}

const config = (folder: string, content: string | object) =>
  withFile(folder, 'c.json', typeof content === 'string' ? content : JSON.stringify(content));

const cases: readonly Case[] = [
  {
    what: 'an empty corpus',
    args: async (folder) => [await withFile(folder, 'empty.txt', '')],
    says: /corpus: .*empty\.txt: .*empty/,
  },
  {
    what: 'no corpus at all',
    args: () => Promise.resolve([]),
    says: /corpus: none was given/,
  },
  {
    what: 'a corpus shorter than bs x bptt',
    args: async (folder) => [await writeText(folder, 200)],
    says: /bs 16 x bptt 70 needs 1121.*the largest that fits is bptt \d+ with bs 16/,
  },
  {
    what: 'binary data',
    args: async (folder) => [
      await withFile(
        folder,
        'photo.txt',
        Uint8Array.from({ length: 4000 }, (_, i) => i % 256),
      ),
    ],
    says: /photo\.txt: /,
  },
  {
    what: 'a missing file',
    args: () => Promise.resolve(['nowhere.txt']),
    says: /nowhere\.txt: there is no such file \(check the path\)/,
  },
  {
    what: 'a config in the place of a corpus',
    args: (folder) => withFile(folder, 'dropscope.json', JSON.stringify(tinyConfig)).then((file) => [file]),
    says: /dropscope\.json: it is a config.*\(write --config .*dropscope\.json\)/,
  },
  {
    what: 'an unknown key',
    args: async (folder, text) => [text, '--config', await config(folder, '{\n  // mine\n  "weigth_p": 0.2\n}')],
    says: /c\.json, line 3: .*weigth_p.*weight_p/,
  },
  {
    what: 'p = 1.2',
    args: async (folder, text) => [text, '--config', await config(folder, { weight_p: 1.2 })],
    says: /c\.json, line 1: .*weight_p.*1\.2/,
  },
  {
    what: 'a drop_mult that pushes a p past 1',
    args: async (folder, text) => [text, '--config', await config(folder, { drop_mult: 5 })],
    says: /c\.json, line 1: .*drop_mult/,
  },
  {
    what: 'a config that is not JSON',
    args: async (folder, text) => [text, '--config', await config(folder, 'weight_p: 0.2')],
    says: /c\.json, line 1: not JSON/,
  },
  {
    what: 'a config that is not there',
    args: (_folder, text) => Promise.resolve([text, '--config', 'none.json']),
    says: /none\.json: there is no such file \(check the path\)/,
  },
  {
    what: 'a key that is not built yet',
    args: async (folder, text) => [text, '--config', await config(folder, { ...tinyConfig, qrnn: true })],
    says: /qrnn.*not available yet/,
  },
  {
    what: 'a run folder that is not empty',
    args: async (folder, text) => {
      await mkdir(path.join(folder, 'full'));
      await withFile(folder, 'full/thesis.txt', 'mine');
      return [text, '--config', await config(folder, tinyConfig), '--out', 'full'];
    },
    says: /full: the folder is not empty \(choose a new one, or resume the run in it\)/,
  },
  {
    what: 'a run folder where a file is in the way',
    args: async (folder, text) => [text, '--config', await config(folder, tinyConfig), '--out', path.join(text, 'run')],
    says: /text\.txt.run: cannot be made/,
  },
  {
    what: 'initial weights that are none',
    args: async (folder, text) => [
      text,
      '--config',
      await config(folder, tinyConfig),
      '--init',
      await withFile(folder, 'w.safetensors', 'nonsense'),
    ],
    says: /w\.safetensors: /,
  },
  {
    what: 'a native backend that will not load',
    args: async (folder, text) => {
      // As an install leaves it whose library was built for another system.
      const scope = path.join(folder, 'native/node_modules/@tensorflow');
      for (const name of ['tfjs-node', 'tfjs-core']) {
        await mkdir(path.join(scope, name), { recursive: true });
        await writeFile(path.join(scope, name, 'package.json'), '{"version": "4.22.0", "main": "index.js"}');
      }
      const library = 'throw new Error("libtensorflow.so.2: cannot open shared object file")';
      await writeFile(path.join(scope, 'tfjs-node/index.js'), library);
      return [text, '--config', await config(folder, { ...tinyConfig, backend: 'tensorflow' })];
    },
    env: { DROPSCOPE_NATIVE: 'native' },
    says: /backend tensorflow: .*libtensorflow\.so\.2/,
    status: 1,
  },
  {
    what: 'an unknown backend',
    args: (_folder, text) => Promise.resolve([text, '--backend', 'cuda']),
    says: /--backend: "cuda" is no backend \(one of auto, tensorflow, wasm, cpu\)/,
  },
];

for (const { what, args, says, status = 2, env } of cases) {
  test(`${what}: one sentence, exit ${status}, nothing written`, async (t) => {
    const folder = await scratch(t);
    const given = await args(folder, await writeText(folder));
    const before = await readdir(folder, { recursive: true });
    const found = await dropscope(['train', ...given], folder, env);
    const lines = found.stderr.trimEnd().split('\n');
    const failures = lines.filter((line) => line.startsWith('dropscope: '));
    assert.equal(failures.length, 1, found.stderr);
    assert.match(failures[0]!, says);
    assert.doesNotMatch(found.stderr, /\n\s+at /, 'no stack trace');
    assert.deepEqual([found.status, found.stdout], [status, '']);
    assert.deepEqual(await readdir(folder, { recursive: true }), before);
  });
}

test(
  'a run folder that cannot be written',
  { skip: process.getuid?.() === 0 && 'root may write everywhere' },
  async (t) => {
    const folder = await scratch(t);
    const text = await writeText(folder);
    await mkdir(path.join(folder, 'locked'));
    await chmod(path.join(folder, 'locked'), 0o500);
    const found = await dropscope(
      ['train', text, '--config', await config(folder, tinyConfig), '--out', 'locked/run'],
      folder,
    );
    assert.equal(found.status, 2);
    assert.match(found.stderr, /^dropscope: .*locked\/run.*permission denied/m);
  },
);

test(
  'a run folder on a place where nobody can write',
  { skip: process.platform !== 'linux' && 'there is no /proc' },
  async (t) => {
    const folder = await scratch(t);
    const text = await writeText(folder);
    const found = await dropscope(
      ['train', text, '--config', await config(folder, tinyConfig), '--out', '/proc/run'],
      folder,
    );
    assert.equal(found.status, 2, found.stderr);
    assert.match(found.stderr, /^dropscope: \/proc\/run: cannot be made/m);
  },
);
