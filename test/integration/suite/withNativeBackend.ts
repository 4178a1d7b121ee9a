// The native backend from inside the editor: what fails leaves everything as it was and says why; what works is used by the
// next run. npm is played by a script, so that nothing is fetched; only the last test needs a TensorFlow on this machine.
// Named so that it comes last: the engine it leaves was told of a folder that is gone.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readRun } from '../../../tools/runFolder.ts';
import { dropscope, runWhere, sampleTexts, train } from '../dropscopeApi.ts';
import { hostTest, type Skipped } from '../hostTest.ts';

interface Outcome {
  readonly folder: string;
  readonly installed: boolean;
  readonly message: string;
}

const command = 'dropscope.installNativeBackend';
const tiny = { emb_sz: 8, n_hid: 6, n_layers: 2, bs: 4, bptt: 8 };
const inside = 'node_modules/@tensorflow/tfjs-node';
/** The TensorFlow of this machine, where the tests were given one. */
const tensorflow = process.env['DROPSCOPE_NATIVE'] ?? '';

/** Runs with a script in the place of npm, and with a folder of the test's own in the place of the usual one. */
async function withNpm(script: string, work: (folder: string) => Promise<void>): Promise<void> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'dropscope-native-'));
  const before = { PATH: process.env['PATH'], DROPSCOPE_NATIVE: process.env['DROPSCOPE_NATIVE'] };
  const npm = path.join(scratch, 'bin/npm');
  await mkdir(path.dirname(npm));
  await writeFile(npm, `#!/bin/sh\n${script}\n`);
  await chmod(npm, 0o755);
  process.env['PATH'] = `${path.dirname(npm)}${path.delimiter}${before.PATH ?? ''}`;
  process.env['DROPSCOPE_NATIVE'] = path.join(scratch, 'native');
  try {
    await work(path.join(scratch, 'native'));
    assert.deepEqual((await readdir(scratch)).sort(), ['bin'], 'something was left behind');
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(scratch, { recursive: true, force: true });
  }
}

const install = async (argument: object = {}) => vscode.commands.executeCommand<Outcome>(command, argument);

hostTest('without a network the installation says so and leaves nothing', () =>
  withNpm('echo "npm error request to https://r failed, reason: getaddrinfo ENOTFOUND r"; exit 1', async () => {
    await dropscope();
    await assert.rejects(
      install(),
      /npm install .* failed: request to https:\/\/r failed, reason: getaddrinfo ENOTFOUND r/,
    );
  }),
);

hostTest('a folder without a TensorFlow, and an argument nobody can mean, are refused in words', () =>
  withNpm('exit 1', async () => {
    await assert.rejects(install({ libtensorflow: tmpdir() }), /it lacks libtensorflow_cc or libtensorflow and/);
    await assert.rejects(install({ libtensorflw: '/x' }), /unknown key "libtensorflw"/);
    await assert.rejects(install({ remove: 'yes' }), /remove is "yes", expected true or false/);
  }),
);

hostTest('a package that will not load is refused by its trial, and nothing is left of it', () => {
  const addon = 'require("node:fs").writeFileSync(__dirname + "/broken.node", "no library"); require("./broken.node");';
  const core = '{"name":"@tensorflow/tfjs-core","version":"4.22.0"}';
  const makes = [
    `mkdir -p ${inside} node_modules/@tensorflow/tfjs-core`,
    `echo '{"version":"4.22.0","main":"index.js"}' > ${inside}/package.json`,
    `echo '${core}' > node_modules/@tensorflow/tfjs-core/package.json`,
    `echo '${addon}' > ${inside}/index.js`,
  ];
  return withNpm(makes.join('\n'), async () => {
    await assert.rejects(install(), /backend tensorflow: @tensorflow\/tfjs-node in .* will not load \(.*broken\.node/);
  });
});

hostTest('a folder that somebody else made is neither replaced nor removed', () =>
  withNpm('exit 1', async (folder) => {
    await mkdir(path.join(folder, inside), { recursive: true });
    await writeFile(path.join(folder, inside, 'package.json'), '{}');
    await assert.rejects(install(), /was not made by dropscope native install/);
    await assert.rejects(install({ remove: true }), /was not made by dropscope native install/);
    assert.deepEqual(await readdir(folder), ['node_modules']);
    await rm(folder, { recursive: true });
  }),
);

hostTest(
  'what works is used by the next run, and after its removal the embedded backend is',
  async (): Promise<Skipped | undefined> => {
    if (tensorflow === '') return { skipped: 'DROPSCOPE_NATIVE is not set: no native backend here' };
    const api = await dropscope();
    await api.whenIdle();
    const backendOfNextRun = async (): Promise<string> => {
      const id = await train({ corpus: sampleTexts(1), config: tiny, steps: 3 });
      const { folder } = await runWhere(id, ({ status }) => status === 'done');
      await api.whenIdle();
      return ((await readRun(folder)) as unknown as { backend: { name: string } }).backend.name;
    };
    await withNpm(
      `[ -e node_modules ] || ln -s ${path.join(tensorflow, 'node_modules')} node_modules`,
      async (folder) => {
        const outcome = await install();
        assert.deepEqual([outcome.folder, outcome.installed], [folder, true]);
        assert.match(
          outcome.message,
          /^The native backend works \(\d+ GFLOP\/s on \d+ threads\)\. The next run uses it\.$/,
        );
        assert.equal(await backendOfNextRun(), 'tensorflow');
        const removed = await install({ remove: true });
        assert.match(removed.message, /removed/);
        assert.ok(['tensorflow', 'wasm'].includes(await backendOfNextRun()), 'another one than the removed');
      },
    );
    return undefined;
  },
);
