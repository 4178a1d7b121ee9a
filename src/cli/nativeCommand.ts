/** `dropscope native`: installs, removes or reports the native backend. */
import { findLibtensorflow } from '../supervisor/native/libtensorflow.ts';
import { LIBTENSORFLOW_HOST, NATIVE_MEGABYTES, NATIVE_PACKAGE } from '../supervisor/native/nativeFacts.ts';
import { holdsNative, ownNativeFolder } from '../supervisor/native/nativeFolder.ts';
import { installNative, removeNative } from '../supervisor/native/installNative.ts';
import { tryNative } from '../supervisor/native/tryNative.ts';
import { readArguments } from './arguments.ts';
import { asFailure, engineEntry } from './engineJob.ts';
import { Failure, unusable } from './failure.ts';
import { jsonText } from './jsonText.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';

export const nativeHelp = `dropscope native: the native backend, up to twice as fast as the embedded one where models are large

Usage: dropscope native install [--libtensorflow DIR]
       dropscope native remove
       dropscope native status [--json]

  install               puts ${NATIVE_PACKAGE} into ${ownNativeFolder()} and tries it: fetches
                        ${NATIVE_MEGABYTES.npm} MB from npm and ${NATIVE_MEGABYTES.libtensorflow} MB from ${LIBTENSORFLOW_HOST}, about ${NATIVE_MEGABYTES.disk} MB on the disk
  --libtensorflow DIR   builds it for a tensorflow that is there: site-packages/tensorflow of a Python, or an
                        unpacked libtensorflow; needs a C++ compiler
  remove                removes that folder
  status                where it is, and whether it works; exit status 1 when it does not

Another folder is used when DROPSCOPE_NATIVE names one. Ctrl-C while installing leaves everything as it was.
`;

const ACTIONS = ['install', 'remove', 'status'];

export async function nativeCommand(args: readonly string[]): Promise<number> {
  const given = readArguments('native', args, { libtensorflow: 'string', json: 'boolean' });
  const [action, stray] = given.positionals;
  if (action === undefined || !ACTIONS.includes(action) || stray !== undefined)
    throw unusable(
      `native ${given.positionals.join(' ')}: say one of ${ACTIONS.join(', ')} (see dropscope native --help)`,
    );
  const libtensorflow = given.text('libtensorflow');
  if (libtensorflow !== undefined && action !== 'install')
    throw unusable('--libtensorflow: it goes with install only (see dropscope native --help)');
  if (libtensorflow !== undefined) requireTensorflow(libtensorflow);
  if (action === 'install') await install(libtensorflow);
  if (action === 'remove') return remove();
  return status(given.has('json'));
}

function requireTensorflow(folder: string): void {
  try {
    findLibtensorflow(folder);
  } catch (error) {
    throw unusable(`--libtensorflow: ${sentenceOf(error)}`);
  }
}

async function install(libtensorflow: string | undefined): Promise<void> {
  const cancelled = new AbortController();
  const cancel = (): void => cancelled.abort(new Error('cancelled: nothing was changed'));
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    const say = (message: string): void => void process.stderr.write(`${message}\n`);
    const { signal } = cancelled;
    const trial = (folder: string) => tryNative(engineEntry(), folder, signal);
    await installNative({ folder: ownNativeFolder(), libtensorflow, trial, say, signal });
  } catch (error) {
    const reason = sentenceOf(error);
    throw new Failure(
      1,
      `native install: ${reason}${reason.endsWith(')') ? '' : ' (the backend wasm works without it)'}`,
    );
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
  }
}

async function remove(): Promise<number> {
  const folder = ownNativeFolder();
  const removed = await removeNative(folder).catch((error: unknown) => {
    throw new Failure(1, `native remove: ${sentenceOf(error)}`);
  });
  process.stdout.write(removed ? `removed ${folder}\n` : `${folder}: nothing is installed there\n`);
  return 0;
}

/** An engine of its own loads the backend, tests it and trains a step. */
async function status(json: boolean): Promise<number> {
  const folder = ownNativeFolder();
  if (!holdsNative(folder))
    throw new Failure(1, `backend tensorflow: not installed (nothing in ${folder}; run dropscope native install)`);
  const { backend, mode, threads, ms, peakGflops } = await tryNative(engineEntry(), folder).catch((error: unknown) => {
    throw asFailure(error);
  });
  const sentence = `${folder}: it works, steps are ${mode}, ${peakGflops.toFixed(0)} GFLOP/s on ${threads} threads\n`;
  process.stdout.write(json ? jsonText({ folder, backend, mode, threads, ms, peakGflops }) : sentence);
  return 0;
}
