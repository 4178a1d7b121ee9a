/**
 * How our wasm kernels are to run: where their files are, on how many threads, and whether the same numbers on every
 * machine matter more than speed. Set before the backend is first used; what is not set follows the machine.
 */
import { availableParallelism } from 'node:os';

export interface KernelOptions {
  /** Folder of the kernel files (build.mjs). */
  folder: string;
  /** Threads to compute on, the engine's own included. */
  threads: number;
  /** Plain arithmetic without fused multiply-add: bit-identical on every machine. */
  reproducible: boolean;
  /** Gets one sentence when something is lost that does not stop the work. */
  report: (sentence: string) => void;
}

/** All cores; one is left alone where there are more than two, so that the editor stays quick. */
export function defaultThreads(cores: number = availableParallelism()): number {
  return cores > 2 ? cores - 1 : cores;
}

const options: KernelOptions = {
  folder: '',
  threads: defaultThreads(),
  reproducible: false,
  report: (sentence) => {
    process.emitWarning(sentence);
  },
};

export function setKernelOptions(changes: Partial<KernelOptions>): void {
  if (changes.threads !== undefined && !(Number.isInteger(changes.threads) && changes.threads >= 1)) {
    throw new RangeError(`threads is ${changes.threads}: a whole number from 1 is needed`);
  }
  Object.assign(options, changes);
}

export function kernelOptions(): Readonly<KernelOptions> {
  return options;
}
