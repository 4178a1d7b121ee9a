import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { onEachBackend } from './onEachBackend.ts';
import { close, same, values } from './tensors.ts';

test('an unknown backend is refused with those there are', async () => {
  await assert.rejects(chooseBackend('gpu'), /backend gpu: unknown \(one of auto, tensorflow, wasm, cpu\)/);
});

test(
  'a native backend that is not there is refused in words, and auto says so and goes on',
  { skip: process.env['DROPSCOPE_NATIVE'] ? 'it is there' : false },
  async () => {
    const nativeFolders = [mkdtempSync(join(tmpdir(), 'dropscope-'))];
    await assert.rejects(
      chooseBackend('tensorflow', { nativeFolders }),
      /^BackendUnavailable: backend tensorflow: not installed \(/,
    );
    const { name, refused, reason } = await chooseBackend('auto', { nativeFolders });
    assert.equal(name, 'wasm');
    assert.match(reason, /fastest/);
    assert.match(refused[0]!.reason, /not installed/);
  },
);

onEachBackend('backend', (backend) => {
  test('is reported with version, threads and the time of its self-test', async () => {
    const report = await chooseBackend(backend);
    assert.equal(report.name, backend);
    assert.match(report.version, /^\d+\.\d+\.\d+/);
    assert.ok(report.threads >= 1 && report.selfTestMs > 0);
    assert.equal(tf.getBackend(), backend);
  });

  test('one tfjs-core computes: tensors, kernels and gradients of this copy run on it', () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    assert.ok(tf.add(x, 1) instanceof tf.Tensor);
    assert.equal(tf.engine().backendName, backend);
    close(tf.grad((y: tf.Tensor) => tf.sum(tf.square(y)))(x), [2, 4, 6, 8]);
  });

  test('gradients of ordinary operations agree with differences of their values', () => {
    const x = tf.tensor2d([0.3, -0.7, 1.1, 0.4, 0.9, -0.2], [2, 3]);
    const other = tf.tensor2d([0.5, 1.5, -0.8, 0.7, 1.2, 2], [2, 3]);
    const row = tf.tensor1d([0.4, -1.2, 0.8]);
    const operations: Record<string, (x: tf.Tensor) => tf.Tensor> = {
      add: (x) => tf.add(x, row),
      sub: (x) => tf.sub(row, x),
      mul: (x) => tf.mul(x, other),
      div: (x) => tf.div(other, tf.add(x, 3)),
      'mul, broadcast': (x) => tf.mul(tf.slice(x as tf.Tensor2D, [0, 0], [1, 3]), other),
      exp: (x) => tf.exp(x),
      log: (x) => tf.log(tf.add(x, 2)),
      sqrt: (x) => tf.sqrt(tf.add(x, 2)),
      tanh: (x) => tf.tanh(x),
      sigmoid: (x) => tf.sigmoid(x),
      relu: (x) => tf.relu(x),
      abs: (x) => tf.abs(x),
      neg: (x) => tf.neg(x),
      square: (x) => tf.square(x),
      softmax: (x) => tf.mul(tf.softmax(x), other),
      logSoftmax: (x) => tf.mul(tf.logSoftmax(x), other),
      maximum: (x) => tf.maximum(x, tf.scalar(0.35)),
      minimum: (x) => tf.minimum(x, tf.scalar(0.35)),
      mean: (x) => tf.mean(x, 1),
      sum: (x) => tf.square(tf.sum(x, 0)),
      max: (x) => tf.max(x, 1),
      transpose: (x) => tf.mul(tf.transpose(x), tf.transpose(other)),
      reverse: (x) => tf.mul(tf.reverse(x, 1), other),
      concat: (x) => tf.square(tf.concat([x, x], 1)),
      stack: (x) => tf.square(tf.stack([x, other])),
      unstack: (x) => tf.square(tf.unstack(x)[1]!),
      split: (x) => tf.square(tf.split(x, 3, 1)[1]!),
      where: (x) => tf.where(tf.greater(other, 1), tf.square(x), x),
      gather: (x) => tf.square(tf.gather(x, tf.tensor1d([1, 1, 0], 'int32'))),
      matMul: (x) => tf.square(tf.matMul(x as tf.Tensor2D, other, false, true)),
      'matMul, first transposed': (x) => tf.square(tf.matMul(x as tf.Tensor2D, other, true)),
      'matMul, second': (x) => tf.square(tf.matMul(other, x as tf.Tensor2D, true)),
      'matMul, second transposed': (x) => tf.square(tf.matMul(other, x as tf.Tensor2D, false, true)),
    };
    for (const [name, operation] of Object.entries(operations)) {
      const total = (x: tf.Tensor): tf.Scalar => tf.sum(operation(x));
      const slope = values(tf.grad(total)(x));
      const step = 1e-2;
      values(x).forEach((_, at) => {
        const shift = tf.oneHot(tf.scalar(at, 'int32'), 6);
        const move = tf.mul(tf.reshape(tf.cast(shift, 'float32'), [2, 3]), step);
        const measured = (values(total(tf.add(x, move)))[0]! - values(total(tf.sub(x, move)))[0]!) / (2 * step);
        assert.ok(
          Math.abs(measured - slope[at]!) < 5e-3,
          `${name}[${at}]: ${measured} measured, ${slope[at]} computed`,
        );
      });
    }
  });

  test('sums of segments add rows by id, leaving absent ids zero', () => {
    const rows = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    same(
      tf.unsortedSegmentSum(rows, tf.tensor1d([2, 0, 2], 'int32'), 4),
      tf.tensor2d([3, 4, 0, 0, 6, 8, 0, 0], [4, 2]),
    );
  });
});

test('wasm out of memory is an error in words, not a tensor at address 0', async () => {
  await chooseBackend('wasm');
  const { wasm } = tf.backend() as unknown as {
    wasm: { _malloc(bytes: number): number; _free(address: number): void };
  };
  const held: number[] = []; // address space only: nobody writes there
  assert.throws(() => {
    for (;;) held.push(wasm._malloc(2 ** 30));
  }, /the wasm backend is out of memory \(1024\.0 MB more were needed\)/);
  assert.equal(held.length, 3);
  for (const bytes of [2 ** 31, 2 ** 32]) assert.throws(() => wasm._malloc(bytes), /out of memory \((2048|4096)\.0 MB/);
  for (const address of held) wasm._free(address);
});
