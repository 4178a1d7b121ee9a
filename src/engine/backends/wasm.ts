/** The embedded backend: finds its binaries, tells tfjs where they are, and has its memory shared where threads can use it. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import '../kernels/onWasm/arrangement.ts';
import '../kernels/onWasm/elementwise.ts';
import '../kernels/onWasm/fill.ts';
import '../kernels/onWasm/identity.ts';
import '../kernels/onWasm/joins.ts';
import '../kernels/onWasm/sums.ts';
import { kernelOptions, setKernelOptions } from '../wasm/kernelOptions.ts';
import { wasmFolder } from '../wasm/wasmFolder.ts';
import { BackendUnavailable } from './backendUnavailable.ts';

const BINARY = 'tfjs-backend-wasm-simd.wasm';

let loaded: { version: string; threads: number } | null = null;

/** Called before the backend is started; a second call changes nothing, since the binaries are loaded once. */
export function loadWasm(folder: string = wasmFolder()): { version: string; threads: number } {
  if (!loaded) {
    if (!existsSync(join(folder, BINARY))) {
      throw new BackendUnavailable('wasm', `${BINARY} is not in ${folder} (npm run build puts it there)`);
    }
    const canShare = typeof SharedArrayBuffer === 'function' && existsSync(join(folder, 'shared', BINARY));
    const threads = canShare ? kernelOptions().threads : 1;
    setWasmPaths(join(folder, threads > 1 ? 'shared' : '.') + sep);
    setKernelOptions({ folder, threads });
    loaded = { version: version_wasm, threads };
  }
  return loaded;
}
