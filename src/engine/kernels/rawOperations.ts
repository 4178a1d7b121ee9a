/**
 * TensorFlow operations by name on raw tensor ids, for kernels of the native backend. Everything created inside `run`
 * and not returned is deleted at its end. The binding is read from the backend at call time, never kept, so that a
 * recorder can stand in for it.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { nativeOf, type Attribute, type Binding, type NativeBackend } from '../backends/nativeBinding.ts';
import { updateInPlace } from './updateInPlace.ts';

/** A float32 result. */
export interface RawTensor {
  id: number;
  shape: number[];
}

const UINT16 = 17;
const UINT64 = 23;

export class RawOperations {
  readonly types: { int32: number; float: number; bool: number; uint16: number; uint64: number };
  readonly #backend: NativeBackend;
  readonly #created: number[] = [];

  private constructor(backend: NativeBackend) {
    this.#backend = backend;
    const { TF_INT32, TF_FLOAT, TF_BOOL } = backend.binding;
    this.types = { int32: TF_INT32, float: TF_FLOAT, bool: TF_BOOL, uint16: UINT16, uint64: UINT64 };
  }

  /** Runs `body` and wraps the float32 result it names as a tensor. */
  static run(backend: object, body: (raw: RawOperations) => RawTensor): tf.Tensor {
    return RawOperations.runAll(backend, (raw) => [body(raw)])[0]!;
  }

  /** The same for several results; each must have an id of its own, made inside `body`. */
  static runAll(backend: object, body: (raw: RawOperations) => RawTensor[]): tf.Tensor[] {
    const native = nativeOf(backend);
    const raw = new RawOperations(native);
    let results: RawTensor[] = [];
    try {
      results = body(raw);
      return results.map(({ id, shape }) => native.createOutputTensor({ id, shape, dtype: raw.types.float }));
    } finally {
      const kept = new Set(results.map(({ id }) => id));
      for (const id of raw.#created) if (!kept.has(id)) native.binding.deleteTensor(id);
    }
  }

  /** The raw id of a tensor that lives on the backend. */
  id(tensor: tf.TensorInfo): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  op(name: string, attributes: Attribute[], inputs: number[]): number {
    return this.ops(name, attributes, inputs, 1)[0]!;
  }

  ops(name: string, attributes: Attribute[], inputs: number[], outputs: number): number[] {
    const ids = this.#binding.executeOp(name, attributes, inputs, outputs).map(({ id }) => id);
    this.#created.push(...ids);
    return ids;
  }

  /**
   * An operation that changes resource variables (optimiser steps), as a function: gives ids of the values that variables
   * beginning as `values` have afterwards. In a captured step the variables are changed in place.
   */
  update(name: string, attributes: Attribute[], values: RawTensor[], inputs: number[]): number[] {
    const ids = updateInPlace(this.#binding, { name, attributes, values, inputs });
    this.#created.push(...ids);
    return ids;
  }

  type(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_TYPE, value };
  }

  bool(name: string, value: boolean): Attribute {
    return { name, type: this.#binding.TF_ATTR_BOOL, value };
  }

  integer(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_INT, value };
  }

  real(name: string, value: number): Attribute {
    return { name, type: this.#binding.TF_ATTR_FLOAT, value };
  }

  text(name: string, value: string): Attribute {
    return { name, type: this.#binding.TF_ATTR_STRING, value };
  }

  ints(values: number[]): number {
    return this.#constant([values.length], this.types.int32, Int32Array.from(values));
  }

  int(value: number): number {
    return this.#constant([], this.types.int32, Int32Array.of(value));
  }

  /** An int64 scalar below 2^31: its low and high word. */
  long(value: number): number {
    return this.#constant([], this.#binding.TF_INT64, Int32Array.of(value, 0));
  }

  float(value: number): number {
    return this.#constant([], this.types.float, Float32Array.of(value));
  }

  zeros(shape: number[]): number {
    return this.#constant(shape, this.types.float, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  }

  #constant(shape: number[], dtype: number, values: Float32Array | Int32Array): number {
    const id = this.#binding.createTensor(shape, dtype, values);
    this.#created.push(id);
    return id;
  }

  get #binding(): Binding {
    return this.#backend.binding;
  }
}
