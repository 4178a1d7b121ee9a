/** The parts of tfjs-node that are used below its public surface: its binding to TensorFlow and the ids of its tensors. */
import type * as tf from '@tensorflow/tfjs-core';

export interface Attribute {
  name: string;
  type: number;
  value: boolean | number | string | (boolean | number)[];
}

export interface RawOutput {
  id: number;
  shape: number[];
  dtype: number;
}

export type HostValues = Float32Array | Int32Array | Uint8Array;

/** Tensors are integer ids, never used twice. Whoever gets one deletes it. */
export interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_STRING: number;
  createTensor(shape: number[], dtype: number, values: HostValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): HostValues;
  executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): RawOutput[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names as "NODE:OUTPUT", joined by commas. */
  runSavedModel(id: number, inputs: number[], inputNames: string, outputNames: string): RawOutput[];
  getNumOfTensors(): number;
  getNumOfSavedModels(): number;
}

export interface NativeBackend {
  binding: Binding;
  getInputTensorIds(tensors: tf.TensorInfo[]): number[];
  createOutputTensor(output: RawOutput): tf.Tensor;
}

export function nativeOf(backend: object): NativeBackend {
  return backend as NativeBackend;
}
