// Sets up the native backend for the numeric tests, apart from the project's own node_modules and from what a person has
// installed: with the tensorflow of a Python if there is one, else with the ordinary download. It never fails a test run:
// where it cannot work it says why. The build must have run, for what is installed is tried by the real engine.
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installNative } from '../src/supervisor/native/installNative.ts';
import { NATIVE_PACKAGE, NATIVE_VERSION } from '../src/supervisor/native/nativeFacts.ts';
import { tryNative } from '../src/supervisor/native/tryNative.ts';
import { withLock } from './lock.ts';
import { dist, fetched } from './paths.ts';
import { say } from './progress.ts';
import { pythonTensorflow } from './python.ts';
import { ensureCompiler, nodeHeaders } from './vscodeServer.ts';
import { sentenceOf } from '../src/shared/sentenceOf.ts';

export type Native = { readonly folder: string } | { readonly folder?: undefined; readonly reason: string };

const folder = path.join(fetched, 'native');
const stampFile = path.join(folder, 'stamp.json');
const LONGEST_MS = 300_000;

/** The folder for DROPSCOPE_NATIVE, or why there is none. A folder that is already set is kept. */
export async function ensureNative(): Promise<Native> {
  const given = process.env['DROPSCOPE_NATIVE'];
  if (given !== undefined && given !== '') return { folder: given };
  return withLock(path.join(fetched, 'native.mutex'), async () => {
    const stamp = JSON.stringify({
      native: `${NATIVE_PACKAGE}@${NATIVE_VERSION}`,
      nodeAbi: process.versions.modules,
      arch: process.arch,
    });
    if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return { folder };
    const tensorflow = pythonTensorflow();
    try {
      await install(tensorflow.missing === false ? tensorflow.folder : undefined);
      await writeFile(stampFile, stamp);
      return { folder };
    } catch (error) {
      const reason = sentenceOf(error);
      return { reason: tensorflow.missing === false ? reason : `${tensorflow.missing}; ${reason}` };
    }
  });
}

async function install(libtensorflow: string | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  if (libtensorflow !== undefined) await ensureCompiler();
  const signal = AbortSignal.timeout(LONGEST_MS);
  const trial = (aside: string) => tryNative(path.join(dist, 'engine.cjs'), aside, signal);
  const tell = (message: string) => say(`native backend: ${message}`);
  await installNative({ folder, libtensorflow, trial, say: tell, signal, env: nodeHeaders() });
}

if (import.meta.main) console.log(await ensureNative());
