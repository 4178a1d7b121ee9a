/**
 * Tries the native backend of a folder before anybody relies on it: an engine of its own loads it, tests its arithmetic
 * and trains a few tiny steps, so that a library that crashes, lacks an operation or computes wrong numbers is found.
 */
import type { BenchResult } from '../../shared/benchContract.ts';
import { Disconnected } from '../../shared/rpc.ts';
import { EngineSupervisor } from '../engineSupervisor.ts';
import { NEVER } from '../restartPolicy.ts';

const STEPS = 3;

/**
 * @param entry the bundled engine, dist/engine.cjs
 * @param folder its node_modules holds the package
 * @returns how its steps run: captured or not, on how many threads, at how many GFLOP/s
 * @throws the engine's sentence, or what became of the engine
 */
export async function tryNative(entry: string, folder: string, signal?: AbortSignal): Promise<BenchResult> {
  signal?.throwIfAborted();
  const supervisor = new EngineSupervisor({
    entry,
    log: () => undefined,
    restarts: NEVER,
    env: { DROPSCOPE_NATIVE: folder },
  });
  const exit = new Promise<string>((resolve) => supervisor.onDidExit(({ sentence }) => resolve(sentence)));
  const end = (): void => supervisor.dispose();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await supervisor.request('bench', {
      size: 'tiny',
      backend: 'tensorflow',
      steps: STEPS,
      rounds: 1,
      introspection: 'off',
      nativePath: folder,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof Disconnected ? new Error(`backend tensorflow: ${await exit}`, { cause: error }) : error;
  } finally {
    signal?.removeEventListener('abort', end);
    supervisor.dispose();
  }
}
