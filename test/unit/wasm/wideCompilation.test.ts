// Vectors of eight compute what vectors of four do, to the bit: products and a layer of the LSTM, in both builds.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../src/engine/backends/chooseBackend.ts';
import { linear } from '../../../src/engine/kernels/linear/linear.ts';
import { type JobName, JOBS, LAYOUTS } from '../../../src/engine/wasm/jobs.ts';
import { instantiate } from '../../../src/engine/wasm/kernelBuild.ts';
import { wasmFolder } from '../../../src/engine/wasm/wasmFolder.ts';
import { webAssembly, type WasmModule } from '../../../src/engine/wasm/webAssembly.ts';
import { canCompileWide, compileWide } from '../../../src/engine/wasm/wideCompilation.ts';
import { numbers } from './support.ts';

const PAGE = 65536;
/** Floats set aside for each array of a job. */
const ROOM = 25_000;

/** Runs a job whose arrays are filled with the same numbers each time, and returns all of them. */
function ran(module: WasmModule, job: JobName, counts: number[]): Buffer {
  const memory = new webAssembly.Memory({ initial: 64 });
  const kernels = instantiate(module, memory);
  const arrays = 8 * PAGE;
  const layout = [...LAYOUTS[job]];
  const given = counts.values();
  let next = arrays;
  const words = layout.map((kind) => {
    if (kind === 'n') return given.next().value!;
    next += 4 * ROOM;
    return next - 4 * ROOM;
  });
  new Float32Array(memory.buffer, arrays, (next - arrays) / 4).set(numbers((next - arrays) / 4, 1, 0.5));
  new Uint32Array(memory.buffer, 2048).set(words);
  kernels.start(1024, PAGE);
  kernels.run(JOBS[job], 2048, 1);
  return Buffer.from(memory.buffer as ArrayBuffer, arrays, next - arrays);
}

/** Strides of A and B in bytes, rows, columns and depth of a product; batch, time, inputs and hidden units of a layer. */
const cases: [JobName, number[]][] = [
  ['product', [4 * 500, 4, 4 * 500, 4, 6, 37, 500]],
  ['product', [4, 4 * 90, 4, 4 * 64, 90, 64, 33]],
  ['lstmForward', [3, 5, 20, 29]],
  ['lstmBackward', [3, 5, 20, 29]],
];

for (const build of ['plain', 'relaxed'])
  test(`the ${build} build`, { skip: !canCompileWide() && 'this V8 has no vectors of eight' }, () => {
    const bytes = readFileSync(join(wasmFolder(), `kernels-${build}.wasm`));
    const [wide, narrow] = [compileWide(bytes), new webAssembly.Module(bytes)];
    for (const [job, counts] of cases) {
      assert.ok(ran(wide, job, counts).equals(ran(narrow, job, counts)), `${job} ${counts.join(' ')}`);
    }
  });

test('what wide vectors leave behind does not slow down what comes after them', async () => {
  const values = numbers(200_000, 1, 0.5);
  const exponentials = (): number => {
    const began = performance.now();
    let sum = 0;
    for (const value of values) sum += Math.exp(value);
    assert.ok(sum > 0);
    return performance.now() - began;
  };
  for (let round = 0; round < 20; round++) exponentials();
  const fastest = (first: () => void): number =>
    Math.min(
      ...Array.from({ length: 8 }, () => {
        first();
        return exponentials();
      }),
    );
  const alone = fastest(() => undefined);
  await chooseBackend('wasm');
  const side = tf.ones<tf.Rank.R2>([256, 256]);
  const after = fastest(() => {
    linear(side, side, null).dispose();
  });
  side.dispose();
  // Without clearing it is fifteen times.
  assert.ok(after < 6 * alone, `${after.toFixed(2)} ms after a product, ${alone.toFixed(2)} ms before`);
});
