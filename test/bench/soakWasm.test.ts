import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { soak, SOAK_STEPS } from './soak.ts';

test(`wasm: nothing grows over ${SOAK_STEPS} steps, half of them with an open panel`, { timeout: 1_800_000 }, (t) => {
  const module = (): { asm: { memory: { buffer: ArrayBufferLike } } } => (tf.backend() as BackendWasm).wasm as never;
  return soak(
    'wasm',
    () => module().asm.memory.buffer.byteLength,
    (line) => {
      t.diagnostic(line);
    },
  );
});
