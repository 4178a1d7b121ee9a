/**
 * TensorFlow operations by name on raw tensor ids, for kernels of the native backend. Everything created inside `run`
 * and not returned is deleted at its end. The binding is read from the backend at call time, never kept, so that a
 * recorder can stand in for it.
 */
import type * as tf from '@tensorflow/tfjs-core';

interface Attribute {
  name: string;
  type: number;
  value: boolean | number | number[];
}

interface RawOutput {
  id: number;
  shape: number[];
  dtype: number;
}

/** The part of tfjs-node's native binding that is used here. */
interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  createTensor(shape: number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): RawOutput[];
}

interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  createOutputTensor(output: RawOutput): tf.Tensor;
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
  static run(backend: object, body: (raw: RawOperations) => { id: number; shape: number[] }): tf.Tensor {
    const native = backend as NativeBackend;
    const raw = new RawOperations(native);
    let result: { id: number; shape: number[] } | null = null;
    try {
      result = body(raw);
      return native.createOutputTensor({ ...result, dtype: raw.types.float });
    } finally {
      for (const id of raw.#created) if (id !== result?.id) native.binding.deleteTensor(id);
    }
  }

  /** The raw id of a tensor that lives on the backend. */
  id(tensor: tf.TensorInfo): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  op(name: string, attributes: Attribute[], inputs: number[]): number {
    const { id } = this.#backend.binding.executeOp(name, attributes, inputs, 1)[0]!;
    this.#created.push(id);
    return id;
  }

  type(name: string, value: number): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_TYPE, value };
  }

  bool(name: string, value: boolean): Attribute {
    return { name, type: this.#backend.binding.TF_ATTR_BOOL, value };
  }

  ints(values: number[]): number {
    return this.#constant([values.length], this.types.int32, Int32Array.from(values));
  }

  int(value: number): number {
    return this.#constant([], this.types.int32, Int32Array.of(value));
  }

  float(value: number): number {
    return this.#constant([], this.types.float, Float32Array.of(value));
  }

  reshape(id: number, shape: number[], dtype: number): number {
    return this.op('Reshape', [this.type('T', dtype), this.type('Tshape', this.types.int32)], [id, this.ints(shape)]);
  }

  /** Joins vectors end to end. */
  concat(ids: number[], dtype: number): number {
    const count = { name: 'N', type: this.#backend.binding.TF_ATTR_INT, value: ids.length };
    return this.op(
      'ConcatV2',
      [count, this.type('T', dtype), this.type('Tidx', this.types.int32)],
      [...ids, this.int(0)],
    );
  }

  #constant(shape: number[], dtype: number, values: Float32Array | Int32Array): number {
    const id = this.#backend.binding.createTensor(shape, dtype, values);
    this.#created.push(id);
    return id;
  }
}
