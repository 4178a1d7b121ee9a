// Shared by the tests of the wasm kernels: the backend started, numbers to compute on, and comparison.
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { type KernelOptions, setKernelOptions } from '../../../src/engine/wasm/kernelOptions.ts';
import { WasmKernels } from '../../../src/engine/wasm/wasmKernels.ts';

let running: WasmKernels | null = null;

/** Starts the wasm backend; whether its memory is shared is settled by the `threads` of the first call of a process. */
export async function startKernels(options: Partial<KernelOptions> = {}): Promise<WasmKernels> {
  await stopKernels();
  setKernelOptions(options);
  await chooseBackend('wasm');
  running = WasmKernels.of(tf.backend());
  await running.ready();
  return running;
}

/** Ends the threads. For `after` and `afterEach`. */
export async function stopKernels(): Promise<void> {
  await running?.dispose();
  running = null;
}

/** Repeatable values in [-scale, scale] from a linear congruential generator. */
export function numbers(size: number, seed: number, scale = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** Largest difference, relative to the largest wanted value (or 1 where all are smaller), at most `tolerance`. */
export function assertClose(
  actual: ArrayLike<number>,
  wanted: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, wanted.length, `${what}: number of values`);
  let largest = 1;
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(wanted[i]!));
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(actual[i]! - wanted[i]!);
    worst = difference <= worst ? worst : difference;
  }
  assert.ok(worst <= tolerance * largest, `${what}: off by ${worst} where the largest is ${largest}`);
}
