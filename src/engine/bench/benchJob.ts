/** `dropscope bench`: milliseconds of a training step, its parts, and its ratio to PyTorch's in alternated rounds. */
import * as tf from '@tensorflow/tfjs-core';
import type { BenchIntrospection, BenchRequest, BenchResult, BenchSize } from '../../shared/benchContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { StepReplay } from '../capture/stepReplay.ts';
import { linear } from '../kernels/linear/linear.ts';
import { Trainer } from '../training/trainer.ts';
import { setKernelOptions } from '../wasm/kernelOptions.ts';
import { benchBatch, benchModel, benchSettings, dimensions, LEARNING_RATE, stepFlops } from './benchModel.ts';
import { median } from './median.ts';
import { partShares } from './stepParts.ts';
import { compareWithTorch } from './torchComparison.ts';

const WARM_UP = 3;
/** How often an open panel asks for what it shows. */
const PANEL_MS = 250;
const PANEL_TENSORS = ['0.rnns.0.weight_hh_l0_raw', 'mask/0.rnns.0.weight_hh_l0', 'grad/0.rnns.0.weight_hh_l0_raw'];

/** Throws BadInput for what cannot be measured, or what the backend says when it cannot be used. */
export async function benchJob(request: BenchRequest): Promise<BenchResult> {
  const { size, introspection } = request;
  if (request.threads !== undefined) useThreads(request.threads);
  const nativeFolders = request.nativePath === undefined ? [] : [request.nativePath];
  const backend = await chooseBackend(request.backend, { nativeFolders });
  if (request.mode === 'captured' && !StepReplay.available)
    throw new BadInput(`--mode captured: the backend ${backend.name} runs every step eagerly (leave --mode away)`);
  const model = benchModel(size);
  const trainer = new Trainer(model, benchSettings(size));
  const capturing = request.mode !== 'eager' && StepReplay.available;
  trainer.capturing = capturing;
  trainer.recording = introspection !== 'off';
  const said: string[] = [];
  trainer.say = (message) => said.push(message);
  try {
    const run = new TimedSteps(trainer, size, introspection);
    const firstStepMs = run.next();
    for (let at = 1; at < WARM_UP; at++) run.next();
    const captured = capturing && said.every((message) => message.startsWith('steps are'));
    const mode = captured ? 'captured' : 'eager';
    const steps = request.steps ?? dimensions[size].steps;
    const times: number[] = [];
    const round = (): number => {
      const ms = Array.from({ length: steps }, () => run.next());
      times.push(...ms);
      return median(ms);
    };
    const torch = request.torch ? await compareWithTorch(model, trainer, request, round) : (round(), undefined);
    const ms = median(times);
    trainer.weights(); // brings the model up to date for what is timed apart
    const shares = partShares(model, size, mode, Math.min(5, steps), () => run.next());
    const { bs, bptt } = dimensions[size];
    return {
      ...{ size, backend: backend.name, mode, threads: request.threads ?? backend.threads, steps, introspection },
      ms,
      fastest: Math.min(...times),
      parts: { forward: shares.forward * ms, backward: shares.backward * ms, update: shares.update * ms },
      firstStepMs,
      tokensPerSecond: (bs * bptt * 1000) / ms,
      gflops: stepFlops(size) / ms / 1e6,
      peakGflops: peakGflops(),
      ...(torch ? { torch } : {}),
      said,
    };
  } finally {
    trainer.dispose();
    model.dispose();
  }
}

/** TensorFlow reads its number when it is loaded; a measurement has a process of its own. */
function useThreads(threads: number): void {
  setKernelOptions({ threads });
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
}

class TimedSteps {
  readonly #trainer: Trainer;
  readonly #size: BenchSize;
  readonly #introspection: BenchIntrospection;
  #step = 0;
  #shown = 0;

  constructor(trainer: Trainer, size: BenchSize, introspection: BenchIntrospection) {
    this.#trainer = trainer;
    this.#size = size;
    this.#introspection = introspection;
  }

  /** Milliseconds of one more step, and of what a panel reads after it. */
  next(): number {
    const step = ++this.#step;
    const batch = benchBatch(this.#size, step);
    const began = performance.now();
    this.#trainer.step(batch, { step, lr: LEARNING_RATE, details: this.#introspection !== 'off' });
    if (this.#introspection === 'visible' && began - this.#shown >= PANEL_MS) {
      this.#shown = began;
      for (const name of PANEL_TENSORS) this.#trainer.recorded()?.read(name);
    }
    return performance.now() - began;
  }
}

/** What one large product reaches on this backend. */
function peakGflops(): number {
  const side = 1024;
  return tf.tidy(() => {
    const a = tf.ones([side, side]);
    const once = (): number => {
      const began = performance.now();
      tf.tidy(() => linear(a, a, null).dataSync());
      return (2 * side ** 3) / (performance.now() - began) / 1e6;
    };
    return Math.max(...Array.from({ length: 20 }, once));
  });
}
