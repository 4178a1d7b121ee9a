// Trains for long while a panel is open half of the time, and looks at everything that could grow. 10,000 steps with
// DROPSCOPE_SOAK=1 (npm run soak), about a thousand otherwise.
import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../src/engine/backends/chooseBackend.ts';
import { dimensions } from '../../src/engine/bench/benchModel.ts';
import { BenchSteps } from '../../src/engine/bench/benchSteps.ts';
import { median } from '../../src/engine/bench/median.ts';

const soaking = process.env['DROPSCOPE_SOAK'] === '1';
export const SOAK_STEPS = soaking ? 10_000 : 1200;
const SAMPLES = 20;
/** Most that the process usually grows by at the end: half a kB a step, less than tfjs's own record of a tensor. */
const MOST_KB_PER_1000_STEPS = 512;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Sample {
  readonly step: number;
  readonly rssKB: number;
  readonly heapKB: number;
  readonly buffersKB: number;
  readonly tensors: number;
  /** Bytes or tensors of the backend itself. */
  readonly own: number;
}

/** `own` counts what the backend holds besides tfjs's tensors: native tensors, or bytes of wasm memory. */
export async function soak(backend: string, own: () => number, say: (line: string) => void): Promise<void> {
  const report = await chooseBackend(backend);
  const train = (steps: number, sampled: (step: number) => void): void => {
    // Every step is recorded, so that as many are kept as may be long before the end, however slow the machine.
    const run = new BenchSteps(dimensions.tiny, report, 100);
    for (let sample = 1; sample <= SAMPLES; sample++) {
      run.run(steps / SAMPLES / 2, 'visible');
      run.run(steps / SAMPLES / 2, 'off');
      sampled((sample * steps) / SAMPLES);
    }
    run.dispose();
  };
  train(SAMPLES * 2, () => undefined); // what is made once
  const before = [tf.memory().numTensors, ...(backend === 'wasm' ? [] : [own()])];
  const samples: Sample[] = [];
  train(SOAK_STEPS, (step) => samples.push({ step, ...memory(), own: own() }));
  assert.deepEqual([tf.memory().numTensors, ...(backend === 'wasm' ? [] : [own()])], before, 'tensors are left');

  const later = samples.slice(SAMPLES / 2);
  // By the last quarter the allocator has what it needs.
  const slope = usualGrowth(samples.slice(-SAMPLES / 4), ({ rssKB }) => rssKB) * 1000;
  for (const { step, rssKB, heapKB, buffersKB, tensors, own } of samples)
    say(`step ${step}: rss ${rssKB} KB, heap ${heapKB} KB, buffers ${buffersKB} KB, ${tensors} tensors, ${own} own`);
  say(`${backend}: the process usually grows by ${slope.toFixed(0)} KB in 1000 steps`);
  const most = (of: (sample: Sample) => number, among: readonly Sample[]): number => Math.max(...among.map(of));
  const earlier = samples.slice(0, SAMPLES / 2);
  // By the middle as many steps are kept as may be; which of them were looked at, and so hold more, still changes.
  assert.ok(most(({ tensors }) => tensors, later) <= 1.25 * most(({ tensors }) => tensors, earlier), 'tensors grow');
  assert.ok(most(({ rssKB }) => rssKB, later) <= 1.25 * most(({ rssKB }) => rssKB, earlier), 'the process grows');
  assert.ok(most(({ own }) => own, later) <= 1.25 * most(({ own }) => own, earlier), 'what the backend holds grows');
  if (soaking) assert.ok(slope <= MOST_KB_PER_1000_STEPS, `the process grows by ${slope.toFixed(0)} KB in 1000 steps`);
}

function memory(): Omit<Sample, 'step' | 'own'> {
  collectGarbage();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const [rssKB, heapKB, buffersKB] = [rss, heapUsed, arrayBuffers].map((bytes) => Math.round(bytes / 1024));
  return { rssKB: rssKB!, heapKB: heapKB!, buffersKB: buffersKB!, tensors: tf.memory().numTensors };
}

/**
 * The median growth from one sample to the next, by step. What is forgotten at every step shows in all of them; when an
 * allocator takes memory that it then keeps, it shows in a few.
 */
function usualGrowth(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const each = samples.slice(1).map((sample, at) => {
    const before = samples[at]!;
    return (of(sample) - of(before)) / (sample.step - before.step);
  });
  return median(each);
}
