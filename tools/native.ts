// Sets up tfjs-node for the numeric tests, apart from the project's own node_modules, where that is possible: with the
// libtensorflow of a Python tensorflow if this machine has one, else with the ordinary download. It never fails a test run:
// where it cannot work it says why.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findCommand } from './debianPackages.ts';
import { withLock } from './lock.ts';
import { fetched } from './paths.ts';
import { environmentOutsideNpm, run, runOrFail } from './processes.ts';
import { say } from './progress.ts';
import { ensureCompiler, nodeHeaders } from './vscodeServer.ts';

export type Native = { readonly folder: string } | { readonly folder?: undefined; readonly reason: string };

const tfjsNode = '@tensorflow/tfjs-node@4.22.0';
const folder = path.join(fetched, 'native');
const installed = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
const stampFile = path.join(folder, 'stamp.json');
const stamp = JSON.stringify({ tfjsNode, nodeAbi: process.versions.modules, arch: process.arch });

/** The folder for DROPSCOPE_NATIVE, or why there is none. A folder that is already set is kept. */
export async function ensureNative(): Promise<Native> {
  const given = process.env['DROPSCOPE_NATIVE'];
  if (given !== undefined && given !== '') return { folder: given };
  return withLock(path.join(fetched, 'native.lock'), async () => {
    if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return { folder };
    try {
      await install();
      await writeFile(stampFile, stamp);
      return { folder };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n');
      return { reason: `${lines[0] ?? ''} ${lines.at(-1) ?? ''}`.trim() };
    }
  });
}

async function install(): Promise<void> {
  say(`setting up ${tfjsNode} for the numeric tests`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "name": "native-backend", "private": true }\n');
  const env = { ...environmentOutsideNpm(), ...nodeHeaders() };
  const timeout = 180_000;
  await runOrFail('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tfjsNode], {
    cwd: folder,
    env,
    timeout,
  });
  const tensorflow = await pythonTensorflow();
  if (tensorflow === undefined) {
    await runOrFail(process.execPath, ['scripts/install.js'], { cwd: installed, env, timeout });
  } else {
    await ensureCompiler();
    await linkLibtensorflow(tensorflow);
    // Through npx, because that puts npm's own node-gyp on PATH.
    await runOrFail('npx', ['node-pre-gyp', 'install', '--build-from-source'], { cwd: installed, env, timeout });
  }
  await runOrFail(process.execPath, ['--eval', selfTest], { cwd: folder, timeout: 60_000 });
}

/** tfjs-node 4.22 calls two functions of node:util that are gone from Node 23 on; they are put back first. */
const selfTest = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require('@tensorflow/tfjs-node');
  const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
  if (product !== 11) throw new Error('matMul gave ' + product);
`;

/** The folder of a Python tensorflow on this machine, found without importing it. */
async function pythonTensorflow(): Promise<string | undefined> {
  const find =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
  for (const python of [process.env['DROPSCOPE_PYTHON'], 'python3', '/opt/torch-venv/bin/python']) {
    if (python === undefined || findCommand(python) === undefined) continue;
    const { code, output } = await run(python, ['-c', find], { timeout: 30_000 });
    const place = output.trim();
    if (code === 0 && existsSync(path.join(place, 'libtensorflow_cc.so.2'))) return place;
  }
  return undefined;
}

/** Puts a Python tensorflow's headers and libraries where the addon's build and its loader look for them. */
async function linkLibtensorflow(tensorflow: string): Promise<void> {
  const lib = path.join(installed, 'deps/lib');
  await mkdir(lib, { recursive: true });
  await symlink(path.join(tensorflow, 'include'), path.join(installed, 'deps/include'));
  for (const [name, file] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_cc.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
    ['libtensorflow_framework.so.2', 'libtensorflow_framework.so.2'],
  ] as const)
    await symlink(path.join(tensorflow, file), path.join(lib, name));
}

if (import.meta.main) console.log(await ensureNative());
