/**
 * A native backend that is there but will not do: the run goes on with the embedded one and one line says why. The packages
 * are made up: they load as tfjs-node would, and then fail in one way each.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../support/scratch.ts';
import { dropscope, engine, eventually, request, runRecord, tinyConfig, writeText } from './engineHarness.ts';

const modules = path.resolve(import.meta.dirname, '../../node_modules/@tensorflow');

/** A folder for DROPSCOPE_NATIVE whose package is this script; it shares the tfjs-core of the project. */
async function nativePackage(t: TestContext, script: string): Promise<string> {
  const folder = await scratch(t);
  const inside = path.join(folder, 'node_modules/@tensorflow');
  await mkdir(path.join(inside, 'tfjs-node'), { recursive: true });
  for (const name of ['tfjs-core', 'tfjs-backend-cpu'])
    await symlink(path.join(modules, name), path.join(inside, name));
  await writeFile(path.join(inside, 'tfjs-node/package.json'), '{ "version": "4.22.0", "main": "index.js" }');
  await writeFile(path.join(inside, 'tfjs-node/index.js'), script);
  await writeFile(path.join(inside, 'tfjs-node/broken.node'), 'this is no library');
  return folder;
}

/** Plain arithmetic under the name of TensorFlow, but for what our kernels ask of its binding. */
const plain = (executeOp: string): string => `
  const tf = require('@tensorflow/tfjs-core');
  const { MathBackendCPU } = require('@tensorflow/tfjs-backend-cpu');
  class Plain extends MathBackendCPU {
    binding = { executeOp: ${executeOp}, createTensor: () => 1, deleteTensor: () => undefined };
    getInputTensorIds(tensors) { return tensors.map(() => 1); }
    createOutputTensor({ shape }) { return tf.fill(shape, NaN); }
  }
  tf.registerBackend('tensorflow', () => new Plain());
  for (const kernel of tf.getKernelsForBackend('cpu'))
    if (!tf.getKernel(kernel.kernelName, 'tensorflow')) tf.registerKernel({ ...kernel, backendName: 'tensorflow' });
`;
const LACKING = plain(`(name) => { throw new Error("Op type not registered '" + name + "' in binary"); }`);
const WRONG = plain('() => [{ id: 1, shape: [], dtype: 1 }]');

for (const [what, script, reason] of [
  [
    'will not load',
    "require('./broken.node');",
    /tensorflow: @tensorflow\/tfjs-node in .* will not load \(.*broken\.node/,
  ],
  ['lacks an operation', LACKING, /tensorflow: its self-test failed: Op type not registered '\w+'/],
  ['gives wrong numbers', WRONG, /tensorflow: its self-test failed: a matrix product gave NaN/],
] as const) {
  test(`a native library that ${what} leads to wasm, and the first line of the run says why`, async (t) => {
    const folder = await scratch(t);
    const text = await writeText(folder);
    const config = path.join(folder, 'c.json');
    await writeFile(config, JSON.stringify({ ...tinyConfig, backend: 'auto' }));
    const native = await nativePackage(t, script);
    const args = ['train', text, '--config', config, '--steps', '3', '--out', 'run'];
    const found = await dropscope(args, folder, { DROPSCOPE_NATIVE: native });
    assert.equal(found.status, 0, found.stderr);
    const line = found.stderr.split('\n').find((line) => line.includes('backend wasm ('));
    assert.match(line ?? found.stderr, reason);
    const { backend } = (await runRecord(path.join(folder, 'run'))) as { backend: { name: string } };
    assert.equal(backend.name, 'wasm');
    const asked = await dropscope([...args.slice(0, -1), 'other', '--backend', 'tensorflow'], folder, {
      DROPSCOPE_NATIVE: native,
    });
    assert.equal(asked.status, 1, asked.stderr);
    assert.match(asked.stderr.trimEnd().split('\n').at(-1) ?? '', /^dropscope: backend tensorflow: /);
  });
}

test('native status says what is wrong with what is there, and remove leaves what it did not make', async (t) => {
  const native = await nativePackage(t, "require('./broken.node');");
  const status = await dropscope(['native', 'status'], native, { DROPSCOPE_NATIVE: native });
  assert.equal(status.status, 1);
  assert.match(status.stderr, /^dropscope: backend tensorflow: @tensorflow\/tfjs-node in .* will not load \(/);
  const crash = await nativePackage(t, "process.kill(process.pid, 'SIGILL');");
  const crashed = await dropscope(['native', 'status'], crash, { DROPSCOPE_NATIVE: crash });
  assert.deepEqual(
    [crashed.status, crashed.stderr.split(' (')[0]],
    [1, 'dropscope: backend tensorflow: the engine crashed'],
  );
  const removed = await dropscope(['native', 'remove'], native, { DROPSCOPE_NATIVE: native });
  assert.equal(removed.status, 1);
  assert.match(removed.stderr, /it was not made by dropscope native install/);
});

test(
  'the engine and the threads that compute for it run below normal priority',
  { skip: process.platform !== 'linux' ? 'priorities are read from /proc' : false },
  async (t) => {
    const folder = await scratch(t);
    const { supervisor, until } = engine(t);
    const text = await writeText(folder);
    const run = request(path.join(folder, 'run'), text, { config: { ...tinyConfig, epochs: 100_000 } });
    await supervisor.request('start', run);
    await until(({ status }) => status === 'running');
    const niceness = async (task: string): Promise<number> => {
      const stat = await readFile(`/proc/${supervisor.pid}/task/${task}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const named = async (name: string): Promise<string[]> => {
      const tasks = await readdir(`/proc/${supervisor.pid}/task`);
      const names = await Promise.all(
        tasks.map((task) => readFile(`/proc/${supervisor.pid}/task/${task}/comm`, 'utf8').catch(() => '')),
      );
      return tasks.filter((_, at) => names[at]?.trim() === name);
    };
    assert.equal(await niceness(String(supervisor.pid)), 10);
    await eventually('threads', async () => (await named('WorkerThread')).length > 0);
    for (const task of await named('WorkerThread')) assert.equal(await niceness(task), 10);
  },
);
