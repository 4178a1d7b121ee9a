/**
 * Installs and removes the native backend: tfjs-node by npm, with the libtensorflow it downloads or with one that is there
 * already. Everything happens aside and is tried before it takes its place; what fails or is cancelled leaves nothing.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findLibtensorflow, linkLibtensorflow } from './libtensorflow.ts';
import { holdsNative, NATIVE_PACKAGE } from './nativeFolder.ts';
import { runTool, type ToolOptions } from './runTool.ts';

/** The version that goes with the tfjs this is built with: the backend checks it. */
const VERSION = '4.22.0';

export interface InstallRequest {
  readonly folder: string;
  /** Folder of an existing tensorflow; without it the package downloads its own, about 100 MB. */
  readonly libtensorflow?: string | undefined;
  /** Is told what is being done. */
  readonly say: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Throws a sentence that says what went wrong; the folder is then as it was. */
export async function installNative({ folder, libtensorflow, say, signal }: InstallRequest): Promise<void> {
  const found = libtensorflow === undefined ? null : findLibtensorflow(path.resolve(libtensorflow));
  const aside = `${folder}.new-${process.pid}`;
  const packageFolder = path.join(aside, 'node_modules', NATIVE_PACKAGE);
  const options: ToolOptions = { cwd: aside, signal, env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } };
  try {
    await mkdir(aside, { recursive: true });
    await writeFile(path.join(aside, 'package.json'), '{ "name": "dropscope-native", "private": true }\n');
    say(`installing ${NATIVE_PACKAGE} ${VERSION} by npm`);
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${NATIVE_PACKAGE}@${VERSION}`];
    await runTool('npm', install, options);
    if (found) {
      say(`building for the tensorflow in ${libtensorflow}`);
      await linkLibtensorflow(found, packageFolder);
      await runTool('npx', ['node-pre-gyp', 'install', '--build-from-source'], { ...options, cwd: packageFolder });
    } else {
      say('downloading libtensorflow (about 100 MB)');
      await runTool(process.execPath, ['scripts/install.js'], { ...options, cwd: packageFolder });
    }
    say('trying it');
    await runTool(process.execPath, ['--eval', SELF_TEST], options);
    await replace(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

/** Whether there was something to remove. Refuses a folder that holds more than what installing makes. */
export async function removeNative(folder: string): Promise<boolean> {
  if (!holdsNative(folder)) return false;
  const { name } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '{}')) as {
    name?: string;
  };
  if (name !== 'dropscope-native')
    throw new Error(`${folder}: it was not made by dropscope native install (remove it by hand)`);
  await rm(folder, { recursive: true, force: true });
  return true;
}

async function replace(aside: string, folder: string): Promise<void> {
  const old = `${folder}.old-${process.pid}`;
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(aside, folder);
  await rm(old, { recursive: true, force: true });
}

/** tfjs-node calls two functions of node:util that are gone from Node 23 on; they are put back first. */
const SELF_TEST = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
  const tf = require('${NATIVE_PACKAGE}');
  const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0];
  if (product !== 11) throw new Error('its product of [1 2] and [3 4] is ' + product);
`;
