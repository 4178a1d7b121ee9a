/**
 * Everything observed in one step, held by reference under the names of contracts.md section 4. Holding costs memory, not
 * time: a variable that is assigned leaves its old data to whoever still refers to it.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { LaterTensors } from '../capture/capturedStep.ts';
import type { HeldStep } from '../probes/keptSteps.ts';
import type { RecordedStep, TensorData } from '../probes/recordedStep.ts';
import { NO_EVIDENCE, type StepEvidence } from '../probes/stepEvidence.ts';
import type { TokenBatch } from './trainerBatch.ts';

/** Published by the LSTM for each direction: sums of squares of dloss/dh_t over batch and features, [T]. */
const SQUARES = /^squares_t\/0\.rnns\.(\d+)\.module(_reverse)?$/;

/** What only the latest step is asked for: scores, embedded words and the state it left. */
const LATEST_ONLY = /^(activation\/(1\.decoder|0\.encoder_dp)$|hidden\/)/;

export class Recording implements HeldStep {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  readonly input: RecordedStep['input'];
  readonly target: Int32Array;
  /** Added by whoever watches the run. */
  evidence: StepEvidence = NO_EVIDENCE;
  readonly #tensors = new Map<string, tf.Tensor>();
  readonly #later: LaterTensors | null;
  #holders = 1;
  #holdingMs: number;

  constructor(
    step: number,
    mode: 'train' | 'eval',
    { input, target, rows, length }: TokenBatch,
    later: LaterTensors | null = null,
    holdingMs = 0,
  ) {
    this.#later = later;
    this.#holdingMs = holdingMs;
    this.step = step;
    this.mode = mode;
    this.input = { rows, length, ids: input };
    this.target = target;
  }

  /** Keeps a reference to the tensor's present data, beyond any tidy. */
  hold(name: string, tensor: tf.Tensor): void {
    const began = performance.now();
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, tf.keep(tf.clone(tensor)));
    this.#holdingMs += performance.now() - began;
  }

  /** Milliseconds that holding took. */
  get holdingMs(): number {
    return this.#holdingMs;
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
    this.#fetch(name);
    return this.#tensors.get(name);
  }

  /** Whether reading costs no more than copying: nothing would have to be computed again. */
  get atHand(): boolean {
    return this.#open?.atHand() !== false;
  }

  /** Names of the tensors themselves, as they were published. */
  heldNames(): readonly string[] {
    return this.#open?.names ?? [...this.#tensors.keys()];
  }

  names(): readonly string[] {
    const held = this.heldNames();
    const layers = held.flatMap((name) => SQUARES.exec(name)?.[1] ?? []);
    return [...held.filter((name) => !SQUARES.test(name)), ...new Set(layers.map((layer) => `grad_t/${layer}`))];
  }

  read(name: string): TensorData | undefined {
    this.#fetch(name);
    const tensor = this.#tensors.get(name);
    if (tensor && !SQUARES.test(name)) return { shape: [...tensor.shape], data: tensor.dataSync<'float32'>().slice() };
    const directions = this.#timeGradients(name);
    if (!directions) return undefined;
    const sums = directions.map((squares) => squares.dataSync<'float32'>());
    const data = sums[0]!.map((_, t) => Math.sqrt(sums.reduce((sum, squares) => sum + squares[t]!, 0)));
    return { shape: [data.length], data };
  }

  readPart(name: string, from: number, count: number): TensorData | undefined {
    const tensor = this.tensor(name);
    if (!tensor || SQUARES.test(name) || count === tensor.size) return this.read(name);
    if (count === 0) return { shape: [...tensor.shape], data: new Float32Array(0) };
    const part = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), from, count));
    const data = part.dataSync<'float32'>().slice();
    part.dispose();
    return { shape: [...tensor.shape], data };
  }

  /**
   * The step for a look in passing, whose values are used at once and not held: valid until the next step. Other than by
   * `read`, nothing is copied where a backend can show its own memory, and nobody is expected to ask for more.
   */
  inPassing(): RecordedStep {
    const { step, mode, input, target, evidence } = this;
    const read = (name: string): TensorData | undefined =>
      (this.#tensors.has(name) ? undefined : this.#open?.inPlace(name)) ?? this.read(name);
    return { step, mode, input, target, evidence, names: () => this.names(), read };
  }

  /** One more who has to dispose it before its memory is free. */
  retain(): this {
    this.#holders++;
    return this;
  }

  slim(): void {
    this.drop((name) => LATEST_ONLY.test(name));
  }

  *memory(): Iterable<readonly [piece: object, bytes: number]> {
    for (const { dataId, size } of [...this.#tensors.values(), ...(this.#open?.held() ?? [])]) yield [dataId, 4 * size];
  }

  dispose(): void {
    if (--this.#holders > 0) return;
    this.#later?.release();
    this.drop(() => true);
  }

  /** Has the tensor here, when there is one to be had. */
  #fetch(name: string): void {
    if (this.#tensors.has(name) || !this.#open?.names.includes(name)) return;
    this.#open.fetch(name, (each, tensor) => this.hold(each, tensor));
  }

  /** What can still be fetched. */
  get #open(): LaterTensors | null {
    return this.#later?.over() === false ? this.#later : null;
  }

  /** `grad_t/L` from the directions of layer L. */
  #timeGradients(name: string): tf.Tensor[] | undefined {
    const directions = this.heldNames().filter((each) => `grad_t/${SQUARES.exec(each)?.[1]}` === name);
    return directions.length === 0 ? undefined : directions.map((each) => this.tensor(each)!);
  }
}
