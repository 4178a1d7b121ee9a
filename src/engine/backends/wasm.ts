/** The embedded backend: finds the wasm binaries and tells tfjs where they are. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { getThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { BackendUnavailable } from './backendUnavailable.ts';

const BINARY = 'tfjs-backend-wasm-simd.wasm';

let folderInUse: string | null = null;

/** Called before the backend is started; a second call changes nothing, since the binaries are loaded once. */
export function loadWasm(folder: string | undefined): { version: string; threads: number } {
  if (folderInUse === null) {
    const places = folder === undefined ? defaultFolders() : [folder];
    const found = places.find((place) => existsSync(join(place, BINARY)));
    if (found === undefined)
      throw new BackendUnavailable('wasm', `${BINARY} is not in ${places.join(' or ')} (npm run build puts it there)`);
    setWasmPaths(found + sep);
    folderInUse = found;
  }
  return { version: version_wasm, threads: threadsInUse() };
}

/** tfjs leaves threads off in Node; the count throws until the backend has started. */
function threadsInUse(): number {
  try {
    return Math.max(1, getThreadsCount());
  } catch {
    return 1;
  }
}

/** A bundle has the folder beside it; sources run from a checkout have the package. */
function defaultFolders(): string[] {
  if (typeof __dirname === 'string') return [join(__dirname, 'wasm')];
  const packageMain = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return [dirname(packageMain)];
}
