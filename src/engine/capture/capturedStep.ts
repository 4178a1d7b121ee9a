/** What a backend gives that can run a step it has seen as one call: how the step is recorded, and what comes of it. */
import * as tf from '@tensorflow/tfjs-core';

/** What a step begins with besides its variables: values of the host, which become tensors where one is needed. */
export type Inputs = ReadonlyMap<string, InputValue>;
export interface InputValue {
  readonly dtype: 'float32' | 'int32';
  readonly shape: number[];
  readonly values: Float32Array | Int32Array;
}

export type Tensors = ReadonlyMap<string, tf.Tensor>;
export type Variables = ReadonlyMap<string, tf.Variable>;

/** New tensors of these values. */
export function inputTensors(inputs: Inputs): Map<string, tf.Tensor> {
  return new Map(Array.from(inputs, ([name, { values, shape, dtype }]) => [name, tf.tensor(values, shape, dtype)]));
}

/** The step cannot be captured; the message says why. */
export class NotCapturable extends Error {
  override readonly name = 'NotCapturable';
}

/** Whether a step's tensors are to be had afterwards, and are likely to be asked for. */
export type Keep = 'nothing' | 'for later' | 'everything';

export interface StepOrder {
  readonly inputs: Inputs;
  /** Labels whose values are read. */
  readonly numbers: readonly string[];
  /** Labels that somebody may look at, as `keep` says. Best the same list every time. */
  readonly tensors: readonly string[];
  readonly keep: Keep;
}

/** Tensors of a captured step, to be had when somebody asks. */
export interface LaterTensors {
  readonly names: readonly string[];
  /** What is held until then. */
  readonly held: () => readonly tf.Tensor[];
  /**
   * Gives the tensor of that name, and others when they come along, also before the next step; none is given twice. Only
   * while it is not over.
   */
  readonly fetch: (name: string, give: (name: string, tensor: tf.Tensor) => void) => void;
  /**
   * The values of that name where they lie, for a look in passing: valid until the next step, nothing is given. Undefined
   * when they would have to be computed, or copied to be read at all.
   */
  readonly inPlace: (name: string) => { readonly shape: readonly number[]; readonly data: Float32Array } | undefined;
  /** Whether fetching costs no more than copying: nothing would have to be computed again. */
  readonly atHand: () => boolean;
  /** Whether all have been given, or it was released. */
  readonly over: () => boolean;
  /** When nobody will ask any more. */
  readonly release: () => void;
}

export interface StepDone {
  readonly numbers: ReadonlyMap<string, Float32Array>;
  /** Null when nothing was to be kept. */
  readonly later: LaterTensors | null;
  /** Of the step's time, what went into saving tensors of earlier steps that somebody keeps. */
  readonly keepingMs: number;
}

/** A step that runs as one call, with variables of its own until they are pulled. */
export interface CapturedStep {
  readonly operations: number;
  /** One step: its own variables change. */
  step(order: StepOrder): StepDone;
  /** Brings the given variables to what its own are. */
  pull(variables: Variables): void;
  /** Brings its own variables to what the given ones are: those assigned since both were the same. */
  push(variables: Variables): void;
  /** It may live on until the last of its LaterTensors is released. */
  dispose(): void;
}

/** How steps are captured on one backend; `Seen` is what it writes down of a step. */
export interface Capture<Seen> {
  /**
   * Runs `step`, which really happens, and records it. It computes from `inputs`, `variables` and constants alone and gives
   * the values to label. Where it can be compared with an `earlier` recording, a backend may leave out the computing. Throws
   * NotCapturable when the step uses any other tensor.
   */
  record(inputs: Tensors, variables: Variables, step: () => Tensors, earlier?: Seen): Seen;
  /** A sentence on the first way in which two recordings of the step differ, besides its inputs; null if in none. */
  firstDifference(one: Seen, other: Seen): string | null;
  capture(seen: Seen): CapturedStep;
}
