/** What tests of captured steps share: the backends that can, a small model, and a trainer that may or may not capture. */
import { before, beforeEach, describe } from 'node:test';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { nativeOf } from '../../../src/engine/backends/nativeBinding.ts';
import { getLanguageModel, type LanguageModel } from '../../../src/engine/models/languageModel.ts';
import { seed } from '../../../src/engine/random/draws.ts';
import { Trainer, type TrainerSettings } from '../../../src/engine/training/trainer.ts';
import { WasmKernels } from '../../../src/engine/wasm/wasmKernels.ts';
import { SETTINGS, tokenBatch } from '../engine/smallModel.ts';

const skip = process.env['DROPSCOPE_NATIVE'] ? false : 'DROPSCOPE_NATIVE is not set: no native backend here';

export const BATCH = tokenBatch(3, 5, 11);

export type CapturingBackend = 'tensorflow' | 'wasm';

export function onTensorflow(title: string, tests: () => void): void {
  on('tensorflow', title, skip, tests);
}

/** On each backend that captures; the native one where there is one. */
export function onCapturing(title: string, tests: (backend: CapturingBackend) => void): void {
  on('wasm', `${title} on wasm`, false, () => {
    tests('wasm');
  });
  on('tensorflow', `${title} on tensorflow`, skip, () => {
    tests('tensorflow');
  });
}

function on(backend: CapturingBackend, title: string, skip: string | false, tests: () => void): void {
  describe(title, { skip }, () => {
    before(() => chooseBackend(backend));
    beforeEach(() => tf.setBackend(backend));
    tests();
  });
}

export interface Training {
  readonly model: LanguageModel;
  readonly trainer: Trainer;
  /** What the trainer said. */
  readonly said: string[];
}

/** The same model every time. */
export function training(capturing: boolean, settings: Partial<TrainerSettings> = {}, config = {}): Training {
  seed(5);
  const model = getLanguageModel({ vocab_sz: 11, emb_sz: 6, n_hid: 8, n_layers: 2, ...config });
  const trainer = new Trainer(model, { ...SETTINGS, bs: 3, bptt: 5, ...settings });
  trainer.capturing = capturing;
  const said: string[] = [];
  trainer.say = (message) => said.push(message);
  return { model, trainer, said };
}

export function end({ model, trainer }: Training): void {
  trainer.dispose();
  model.dispose();
}

/** Tensors that tfjs and the backend hold for us, and on wasm the bytes of its memory. */
export function held(): number[] {
  const { numTensors } = tf.memory();
  if (tf.getBackend() === 'tensorflow') return [numTensors, nativeOf(tf.backend()).binding.getNumOfTensors()];
  const backend = tf.backend() as BackendWasm;
  return [numTensors, backend.numDataIds(), WasmKernels.of(backend).buffer.byteLength];
}

/** The largest difference, as a share of the largest value. */
export function difference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [apart, size] = [0, 1e-30];
  for (let at = 0; at < Math.max(one.length, other.length); at++) {
    apart = Math.max(apart, Math.abs(one[at]! - other[at]!));
    size = Math.max(size, Math.abs(one[at]!));
  }
  return apart / size;
}
