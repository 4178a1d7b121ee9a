// What happens around the kernels: worker threads that die between kernels and inside one, memory that must not leak,
// memory that grows under a tensor, and memory that is used up.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../../../src/engine/kernels/linear/linear.ts';
import { defaultThreads, setKernelOptions } from '../../../src/engine/wasm/kernelOptions.ts';
import { WasmKernels } from '../../../src/engine/wasm/wasmKernels.ts';
import { numbers, startKernels, stopKernels } from './support.ts';

const workers: Worker[] = [];
process.on('worker', (worker) => workers.push(worker));

const reports: string[] = [];
const options = { threads: 2, report: (sentence: string) => void reports.push(sentence) };

afterEach(async () => {
  await stopKernels();
  workers.length = reports.length = 0;
});

const size = 128;
const [left, right] = [numbers(size * size, 1), numbers(size * size, 2)];

/** A product large enough for all threads. */
function product(): Float32Array {
  return tf.tidy(() =>
    linear(tf.tensor2d(left, [size, size]), tf.tensor2d(right, [size, size]), null).dataSync<'float32'>(),
  );
}

test('a worker that ends is reported in one sentence and the work goes on with one thread', async () => {
  const kernels = await startKernels(options);
  assert.equal(kernels.threads, 2);
  const before = product();
  await workers[0]!.terminate();
  await setTimeout(0);
  assert.equal(kernels.threads, 1);
  assert.deepEqual(reports, [
    'a worker thread of the wasm backend is gone (it ended): the work goes on with one thread',
  ]);
  assert.deepEqual(product(), before);
});

test('a worker that dies inside a kernel does not stop it: the kernel is repeated on one thread', async () => {
  const kernels = await startKernels(options);
  const before = product();
  const ended = workers[0]!.terminate();
  // No turn of the event loop in between: the kernels still count on the worker.
  while (kernels.threads === 2 && reports.length === 0) assert.deepEqual(product(), before);
  await ended;
  assert.equal(kernels.threads, 1);
  assert.deepEqual(reports, [
    'a worker thread of the wasm backend is gone (it did not finish its share): the work goes on with one thread',
  ]);
  assert.deepEqual(product(), before);
});

test('nothing leaks: tensors, and what is allocated beside them', async () => {
  await startKernels(options);
  await stopKernels();
  const module = (tf.backend() as unknown as { wasm: Allocator }).wasm;
  const living = new Set<number>();
  const { _malloc: malloc, _free: free } = module;
  module._malloc = (bytes) => {
    const address = malloc(bytes);
    living.add(address);
    return address;
  };
  module._free = (address) => {
    living.delete(address);
    free(address);
  };
  try {
    const tensors = tf.memory().numTensors;
    const kernels = WasmKernels.of(tf.backend());
    await kernels.ready();
    product();
    const held = living.size;
    for (let i = 0; i < 300; i++) product();
    assert.equal(living.size, held, 'allocations after 300 products');
    assert.equal(tf.memory().numTensors, tensors, 'tensors');
    await kernels.dispose();
    assert.equal(living.size, 0, 'allocations after dispose');
  } finally {
    module._malloc = malloc;
    module._free = free;
  }
});

interface Allocator {
  _malloc: (bytes: number) => number;
  _free: (address: number) => void;
}

test('memory may grow between two kernels, and beyond its end is an error in words', async () => {
  const kernels = await startKernels(options);
  const before = product();
  // Never written to, so the machine lends addresses only.
  const held: tf.TensorInfo[] = [];
  try {
    assert.throws(() => {
      for (;;) {
        held.push(kernels.allocate([64, 2 ** 20]));
        if (held.length === 1) assert.deepEqual(product(), before);
      }
    }, /^Error: the wasm backend is out of memory \(256\.0 MB more were needed\)/);
  } finally {
    for (const tensor of held) kernels.free(tensor);
  }
  assert.ok(held.length >= 8, `only ${held.length} times 256 MB`);
  assert.deepEqual(product(), before);
});

test('one core is left alone where there are more than two', () => {
  assert.deepEqual([1, 2, 3, 8].map(defaultThreads), [1, 2, 2, 7]);
  assert.throws(() => setKernelOptions({ threads: 0 }), /^RangeError: threads is 0: a whole number from 1 is needed$/);
});
