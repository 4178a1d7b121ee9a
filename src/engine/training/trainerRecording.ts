/**
 * Everything observed in one step, held by reference under the names of contracts.md section 4. Holding costs memory, not
 * time: a variable that is assigned leaves its old data to whoever still refers to it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { RecordedStep, TensorData } from '../probes/recordedStep.ts';
import { NO_EVIDENCE, type StepEvidence } from '../probes/stepEvidence.ts';
import type { TokenBatch } from './trainerBatch.ts';

/** Published by the LSTM for each direction: sums of squares of dloss/dh_t over batch and features, [T]. */
const SQUARES = /^squares_t\/0\.rnns\.(\d+)\.module(_reverse)?$/;

export class Recording implements RecordedStep {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  readonly input: RecordedStep['input'];
  readonly target: Int32Array;
  /** Added by whoever watches the run. */
  evidence: StepEvidence = NO_EVIDENCE;
  readonly #tensors = new Map<string, tf.Tensor>();

  constructor(step: number, mode: 'train' | 'eval', { input, target, rows, length }: TokenBatch) {
    this.step = step;
    this.mode = mode;
    this.input = { rows, length, ids: input };
    this.target = target;
  }

  /** Keeps a reference to the tensor's present data, beyond any tidy. */
  hold(name: string, tensor: tf.Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tf.keep(tf.clone(tensor)));
  }

  /** Lets go of what `unwanted` picks. */
  drop(unwanted: (name: string) => boolean): void {
    for (const [name, tensor] of this.#tensors) {
      if (!unwanted(name)) continue;
      tensor.dispose();
      this.#tensors.delete(name);
    }
  }

  /** The tensor itself; it stays the recording's. */
  tensor(name: string): tf.Tensor | undefined {
    return this.#tensors.get(name);
  }

  names(): readonly string[] {
    const plain = [...this.#tensors.keys()].filter((name) => !SQUARES.test(name));
    return [...plain, ...this.#timeGradients().keys()];
  }

  read(name: string): TensorData | undefined {
    const tensor = this.#tensors.get(name);
    if (tensor && !SQUARES.test(name)) return { shape: [...tensor.shape], data: tensor.dataSync<'float32'>().slice() };
    const directions = this.#timeGradients().get(name);
    if (!directions) return undefined;
    const sums = directions.map((squares) => squares.dataSync<'float32'>());
    const data = sums[0]!.map((_, t) => Math.sqrt(sums.reduce((sum, squares) => sum + squares[t]!, 0)));
    return { shape: [data.length], data };
  }

  dispose(): void {
    this.drop(() => true);
  }

  /** `grad_t/L` from the directions of layer L. */
  #timeGradients(): Map<string, tf.Tensor[]> {
    const layers = new Map<string, tf.Tensor[]>();
    for (const [name, tensor] of this.#tensors) {
      const layer = SQUARES.exec(name)?.[1];
      if (layer === undefined) continue;
      const key = `grad_t/${layer}`;
      layers.set(key, [...(layers.get(key) ?? []), tensor]);
    }
    return layers;
  }
}
