// What is in dist/ runs where nothing else of this checkout is: no node_modules, any folder, and the oldest Node we promise
// if this machine has one.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { dist, root } from '../../tools/paths.ts';
import { run, runOrFail } from '../../tools/processes.ts';
import { readMetrics, readRun } from '../../tools/runFolder.ts';

let folder = '';
const alone = (...parts: string[]): string => path.join(folder, ...parts);

before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dropscope-'));
  cpSync(dist, alone('dist'), { recursive: true });
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Another Node of this machine than the one that runs the tests: for users of Node 20, say. */
async function otherNode(): Promise<string | undefined> {
  for (const node of ['/usr/bin/node', '/usr/local/bin/node']) {
    const answer = await run(node, ['--version']).catch(() => undefined);
    if (answer?.code === 0 && answer.output.trim() !== process.version) return node;
  }
  return undefined;
}

async function trainWith(node: string, name: string): Promise<void> {
  const args = ['train', alone('dist/sample/corpus/ca01'), '--steps', '3', '--backend', 'wasm', '--out', alone(name)];
  await runOrFail(node, [alone('dist/cli.cjs'), ...args], { cwd: folder, timeout: 120_000 });
  assert.equal((await readRun(alone(name))).status, 'done');
  const steps = (await readMetrics(alone(name))).filter((line) => line['split'] === undefined);
  assert.equal(steps.length, 3);
  assert.ok(steps.every((line) => Number.isFinite(line['loss'])));
}

test('the command line trains', () => trainWith(process.execPath, 'run'));

test("the command line trains on this machine's other Node", async (t) => {
  const node = await otherNode();
  if (node === undefined) t.skip('no other Node in /usr/bin or /usr/local/bin');
  else await trainWith(node, 'run-other-node');
});

test('the library is required and computes', async () => {
  const script = `
    const { ready, tf } = require('./dist/api.cjs');
    ready('wasm').then((report) => {
      const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
      console.log(report.name, product);
    });
  `;
  const output = await runOrFail(process.execPath, ['--eval', script], { cwd: folder, timeout: 60_000 });
  assert.match(output, /^wasm 11$/m);
});

test("the library's declarations compile for a consumer", async () => {
  const source = `
    import { ready, seed } from './dist/api.cjs';
    const report = await ready();
    const name: string = report.name;
    seed(1);
    // @ts-expect-error a backend has a name, not a number
    await ready(3);
    console.log(name);
  `;
  writeFileSync(alone('consumer.mts'), source);
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules/@types')];
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2023',
    '--module',
    'nodenext',
  ];
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  await runOrFail(tsc, [...options, ...types, 'consumer.mts'], { cwd: folder, timeout: 60_000 });
});

test("the native backend is looked for in the project's own node_modules, wherever the command is given", async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'dropscope-elsewhere-'));
  const native = alone('node_modules/@tensorflow/tfjs-node');
  mkdirSync(native, { recursive: true });
  writeFileSync(path.join(native, 'package.json'), '{ "version": "0.0.0" }');
  try {
    const args = ['train', alone('dist/sample/corpus/ca01'), '--backend', 'tensorflow', '--steps', '1'];
    const env = { ...process.env, DROPSCOPE_NATIVE: '' };
    const { code, output } = await run(process.execPath, [alone('dist/cli.cjs'), ...args], { cwd, env });
    assert.equal(code, 1);
    assert.doesNotMatch(output, /not installed/);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
    rmSync(alone('node_modules'), { recursive: true, force: true });
  }
});
