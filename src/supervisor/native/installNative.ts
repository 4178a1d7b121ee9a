/**
 * Installs and removes the native backend: tfjs-node by npm, with the libtensorflow it downloads or with one that is there
 * already. Everything happens aside and is tried before it takes its place; what fails or is cancelled leaves nothing.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findLibtensorflow, linkLibtensorflow } from './libtensorflow.ts';
import { LIBTENSORFLOW_HOST, NATIVE_PACKAGE, NATIVE_VERSION } from './nativeFacts.ts';
import { holdsNative } from './nativeFolder.ts';
import { environmentOutsideNpm, runTool, type ToolOptions } from './runTool.ts';

/** Name of the npm project that installing makes, by which it knows its own. */
const PROJECT = 'dropscope-native';

/** Run by npm, which puts the package's tools and its own node-gyp on the path. */
const SCRIPTS = {
  build: `cd node_modules/${NATIVE_PACKAGE} && node-pre-gyp install --build-from-source`,
  download: `cd node_modules/${NATIVE_PACKAGE} && node scripts/install.js`,
};

export interface InstallRequest {
  readonly folder: string;
  /** Folder of an existing tensorflow; without it the package downloads its own. */
  readonly libtensorflow?: string | undefined;
  /** Throws a sentence when what has been installed in this folder does not do. */
  readonly trial: (folder: string) => Promise<unknown>;
  /** Is told what is being done. */
  readonly say: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Added to the environment of npm and of the compiler. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Throws a sentence that says what went wrong; the folder is then as it was. */
export async function installNative({ folder, libtensorflow, trial, say, signal, env }: InstallRequest): Promise<void> {
  const found = libtensorflow === undefined ? null : findLibtensorflow(path.resolve(libtensorflow));
  await requireOurs(folder);
  await sweep(folder);
  const aside = `${folder}.new-${process.pid}`;
  const packageFolder = path.join(aside, 'node_modules', NATIVE_PACKAGE);
  const options: ToolOptions = { cwd: aside, signal, env: { ...environmentOutsideNpm(), ...env } };
  try {
    await mkdir(aside, { recursive: true });
    await writeFile(
      path.join(aside, 'package.json'),
      JSON.stringify({ name: PROJECT, private: true, scripts: SCRIPTS }),
    );
    say(`installing ${NATIVE_PACKAGE} ${NATIVE_VERSION} by npm`);
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1'];
    await runTool('npm', [...install, `${NATIVE_PACKAGE}@${NATIVE_VERSION}`], options);
    if (found) {
      say(`building for the tensorflow in ${libtensorflow}`);
      await linkLibtensorflow(found, packageFolder);
      await runTool('npm', ['run', 'build'], options);
    } else {
      say(`downloading libtensorflow from ${LIBTENSORFLOW_HOST}`);
      await runTool('npm', ['run', 'download'], options);
    }
    say('trying it');
    await trial(aside);
    signal?.throwIfAborted();
    await replace(aside, folder);
  } catch (error) {
    await remove(aside);
    throw error;
  }
}

/** Whether there was something to remove. Refuses a folder that holds more than what installing makes. */
export async function removeNative(folder: string): Promise<boolean> {
  if (!holdsNative(folder)) return false;
  await requireOurs(folder);
  await remove(folder);
  return true;
}

/** A folder that somebody else made, with whatever is in it, is neither replaced nor removed. */
async function requireOurs(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${folder}: it cannot be used (${error.message})`, { cause: error });
  });
  if (names.length === 0) return;
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  if (nameIn(text) !== PROJECT)
    throw new Error(
      `${folder}: it was not made by dropscope native install (remove it by hand, or name another folder)`,
    );
}

function nameIn(packageJson: string): unknown {
  try {
    return (JSON.parse(packageJson) as { name?: unknown } | null)?.name;
  } catch {
    return undefined;
  }
}

async function replace(aside: string, folder: string): Promise<void> {
  const old = `${folder}.old-${process.pid}`;
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(aside, folder);
  await remove(old);
}

/** Removes what an installation left that was killed before it could clean up. */
async function sweep(folder: string): Promise<void> {
  const { dir, base } = path.parse(path.resolve(folder));
  for (const name of await readdir(dir).catch(() => [])) {
    const owner = name.startsWith(`${base}.`) ? /^\.(?:new|old)-(\d+)$/.exec(name.slice(base.length))?.[1] : undefined;
    if (owner !== undefined && !isAlive(Number(owner))) await remove(path.join(dir, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A program that has just been ended may still be writing: a few more tries then. */
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
