/**
 * Runs training steps, as one captured call where the backend can and the batch is of the usual size, eagerly otherwise.
 * A captured step's tensors are computed again, from what it began with, when somebody looks; when somebody looked at the
 * step before, they are taken along.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type Inputs, inputTensors, type Keep, type Tensors } from '../capture/capturedStep.ts';
import { StepReplay } from '../capture/stepReplay.ts';
import { maskSites } from '../models/maskSites.ts';
import type { TokenBatch } from './trainerBatch.ts';
import { namedValues, type StepValues } from './trainerReadout.ts';
import { Recording } from './trainerRecording.ts';
import { computeStep, stepInputs, type StepFacts, type StepParts } from './trainerStep.ts';
import type { WeightAverage } from './weightAverage.ts';

type Rates = readonly Record<string, number>[];

export interface StepOrder {
  readonly batch: TokenBatch;
  readonly step: number;
  readonly rates: Rates;
  /** Rates that differ in every number: what a recording of the step is checked with. */
  readonly otherRates: () => Rates;
  /** Whether numbers of each parameter and mask are wanted. */
  readonly details: boolean;
  /** Whether the step's tensors are to be had afterwards, and are likely to be asked for. */
  readonly keep: Keep;
  readonly average: WeightAverage | null;
}

export interface StepRun {
  readonly facts: StepFacts;
  readonly values: StepValues;
  /** The caller's to dispose. */
  readonly recording: Recording;
  /** Variables are brought up to date when somebody needs them, not by the step. */
  readonly captured: boolean;
}

/** Of a captured step: also which tensors it has. */
interface CapturedFacts extends StepFacts {
  readonly names: readonly string[];
}

const LINE = 'step/line';
const DETAILS = 'step/details';
/** A captured step is compared with an eager one at every such step. */
const CHECK_EVERY = 1000;

export class StepRunner {
  /** Whether steps may be captured. */
  capturing = true;
  readonly #parts: StepParts;
  readonly #size: { readonly bs?: number; readonly bptt?: number };
  readonly #replay: StepReplay<CapturedFacts>;

  /** `variables`: all that a step reads or changes. Only batches of `size` are captured. */
  constructor(
    parts: StepParts,
    size: { readonly bs?: number; readonly bptt?: number },
    variables: () => ReadonlyMap<string, tf.Variable>,
    say: (message: string) => void,
  ) {
    this.#parts = parts;
    this.#size = size;
    this.#replay = new StepReplay(variables, say);
  }

  /**
   * One step. Errors, before anything has changed: a batch that does not fit. `begin` is called when the step is sure to
   * happen. Call it within a scope.
   */
  run(order: StepOrder, begin: () => void): StepRun {
    const inputs = stepInputs(this.#parts, order.batch, order.step, order.rates);
    begin();
    return this.#replayed(order, inputs) ?? this.#eager(order, inputs);
  }

  /** Brings all variables up to date, before anything else reads or sets them; whether they were behind. */
  settle(): boolean {
    return this.#replay.settle();
  }

  dispose(): void {
    this.#replay.dispose();
  }

  #eager({ batch, step, details: wanted, average }: StepOrder, inputs: Inputs): StepRun {
    this.settle();
    const recording = new Recording(step, 'train', batch);
    try {
      const { line, details, facts } = computeStep(this.#parts, inputTensors(inputs), recording, average);
      return {
        facts,
        values: readStep(facts, numbersOf(line), wanted ? numbersOf(details) : null),
        recording,
        captured: false,
      };
    } catch (error) {
      recording.dispose();
      throw error;
    }
  }

  #replayed(order: StepOrder, inputs: Inputs): StepRun | null {
    const { batch, step, details, keep, average } = order;
    const { rows, length } = batch;
    const usual = rows === this.#size.bs && length === this.#size.bptt;
    if (!this.capturing || !StepReplay.available || !usual) return null;
    this.#fitState(rows);
    const { model } = this.#parts;
    const numbers = details ? [LINE, DETAILS] : [LINE];
    const replayed = this.#replay.run(
      {
        key: JSON.stringify([rows, length, [...maskSites(model)], average !== null]),
        inputs,
        otherInputs: () => this.#otherInputs(order),
        compute: (inputs) => this.#labelled(inputs, order),
      },
      ({ names: tensors }) => ({ numbers, tensors, keep, check: step % CHECK_EVERY === 0 ? LINE : undefined }),
    );
    if (!replayed) return null;
    const { facts, numbers: read, later, keepingMs } = replayed;
    const recording = new Recording(step, 'train', batch, later, keepingMs);
    return { facts, values: readStep(facts, read.get(LINE)!, read.get(DETAILS) ?? null), recording, captured: true };
  }

  /** The carried state has the batch's rows before the step is recorded or run. */
  #fitState(rows: number): void {
    const { state } = this.#parts.model.encoder;
    if (state.batch === rows) return;
    this.settle();
    state.resize(rows);
  }

  /** Every value of the step by name. */
  #labelled(
    inputs: Tensors,
    { batch, step, average }: StepOrder,
  ): { labels: Map<string, tf.Tensor>; facts: CapturedFacts } {
    const recording = new Recording(step, 'train', batch);
    try {
      const { line, details, facts } = computeStep(this.#parts, inputs, recording, average);
      const labels = new Map<string, tf.Tensor>([
        [LINE, line],
        [DETAILS, details],
      ]);
      const names = recording.heldNames();
      for (const name of names) labels.set(name, tf.clone(recording.tensor(name)!));
      return { labels, facts: { ...facts, names } };
    } finally {
      recording.dispose();
      // What the wrappers keep of their last call is of no step that happened.
      for (const rnn of this.#parts.model.encoder.rnns.items) rnn.reset();
    }
  }

  /** Another step of the same kind, different in everything that is an input. */
  #otherInputs({ batch, step, otherRates }: StepOrder): Inputs {
    const { input, target, ...size } = batch;
    const reversed = { ...size, input: input.slice().reverse(), target: target.slice().reverse() };
    return stepInputs(this.#parts, reversed, step + 1, otherRates());
  }
}

function readStep({ line, details }: StepFacts, numbers: Float32Array, more: Float32Array | null): StepValues {
  const vectors = [{ names: line, numbers }];
  return namedValues(more ? [...vectors, { names: details, numbers: more }] : vectors);
}

/** Waits for them. */
const numbersOf = (vector: tf.Tensor): Float32Array => vector.dataSync<'float32'>();
