/**
 * Chooses the tfjs backend everything computes on: the one asked for, or for `auto` the fastest that is there and
 * passes a self-test. Says which, why, and what was refused.
 */
import * as tf from '@tensorflow/tfjs-core';
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { BACKENDS, type BackendName, type BackendReport } from '../../shared/backendReport.ts';
import '../kernels/gradients/arithmetic.ts';
import '../kernels/gradients/arrangement.ts';
import { BackendUnavailable } from './backendUnavailable.ts';
import { selfTest } from './selfTest.ts';
import { loadTensorflow } from './tensorflow.ts';
import { loadWasm } from './wasm.ts';

export interface BackendPlaces {
  /** Folder of the wasm backend's binaries; default: `wasm` beside the running bundle, else `out/wasm`. */
  wasmFolder?: string;
  /** Folders whose node_modules may hold @tensorflow/tfjs-node, tried in order after DROPSCOPE_NATIVE. */
  nativeFolders?: string[];
}

/**
 * Makes a backend the current one. `request` is "auto" or a backend's name; anything else is an error, and so is a
 * named backend that cannot be used (a BackendUnavailable).
 */
export async function chooseBackend(request = 'auto', places: BackendPlaces = {}): Promise<BackendReport> {
  if (request !== 'auto') {
    const name = BACKENDS.find((known) => known === request);
    if (!name) throw new RangeError(`backend ${request}: unknown (one of auto, ${BACKENDS.join(', ')})`);
    return { ...(await start(name, places)), reason: 'asked for by name', refused: [] };
  }
  const refused: BackendReport['refused'][number][] = [];
  for (const name of BACKENDS) {
    try {
      const started = await start(name, places);
      return { ...started, reason: ['the fastest that can be used here', ...refused.map(inWords)].join('; '), refused };
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      refused.push({ name, reason: error.reason });
    }
  }
  throw new Error(`no backend can be used: ${refused.map(inWords).join('; ')}`);
}

function inWords({ name, reason }: BackendReport['refused'][number]): string {
  return `${name}: ${reason}`;
}

async function start(name: BackendName, places: BackendPlaces): Promise<Omit<BackendReport, 'reason' | 'refused'>> {
  const before = tf.engine().backendName;
  let version = version_cpu; // used, so that a bundler keeps the package and its kernels
  let threads = 1;
  try {
    if (name === 'wasm') ({ version, threads } = loadWasm(places.wasmFolder));
    if (name === 'tensorflow') ({ version, threads } = loadTensorflow(places.nativeFolders ?? []));
    if (!(await tf.setBackend(name))) throw new BackendUnavailable(name, 'it would not start');
    if (name === 'wasm') failInWordsWhenFull(tf.backend());
    if (name === 'cpu') (tf.backend() as unknown as { firstUse: boolean }).firstUse = false; // an advertisement on stderr
    const started = performance.now();
    selfTest(name);
    return { name, version, threads, selfTestMs: performance.now() - started };
  } catch (error) {
    if (before && tf.engine().backendName !== before) await tf.setBackend(before);
    throw error;
  }
}

/** The allocator does not notice when its end passes 4 GiB and becomes a small number: what could lead there is refused. */
const ADDRESSABLE = 2 ** 32 - 2 ** 20;

interface Allocator {
  wasm: { _malloc: ((bytes: number) => number) & { checked?: true }; _free: (address: number) => void } & {
    asm: { memory: { buffer: { byteLength: number } } };
  };
}

/** The wasm backend's allocator answers 0 when its 4 GiB are used up, and tfjs would write there. */
function failInWordsWhenFull(backend: object): void {
  const { wasm } = backend as Allocator;
  if (wasm._malloc.checked) return;
  wasm._free(wasm._malloc(1)); // the first call puts the real function in place
  const allocate = wasm._malloc;
  const checked = (bytes: number): number => {
    const fits = wasm.asm.memory.buffer.byteLength + bytes < ADDRESSABLE;
    const address = fits ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) {
      const megabytes = (bytes / 2 ** 20).toFixed(1);
      throw new Error(
        `the wasm backend is out of memory (${megabytes} MB more were needed): use a smaller bs, bptt or vocabulary`,
      );
    }
    return address;
  };
  wasm._malloc = Object.assign(checked, { checked: true as const });
}
