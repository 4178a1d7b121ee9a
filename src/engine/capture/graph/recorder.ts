/**
 * Records one ordinary step of the native backend. During the step a stand-in takes the place of the backend's binding,
 * passes everything on and writes down what happened; it costs nothing at any other time.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  nativeOf,
  type Attribute,
  type Binding,
  type NativeBackend,
  type RawOutput,
} from '../../backends/nativeBinding.ts';
import type { UpdateRecorder, VariableUpdate } from '../../kernels/updateInPlace.ts';
import { NotCapturable, type Tensors, type Variables } from '../capturedStep.ts';
import { differenceOf, readOnHost } from './compareRecords.ts';
import type { Constant } from './graphDef.ts';
import { type Record, type RecordedNode, type Slot, type Source } from './record.ts';

/**
 * Runs `step`, which really happens, and records it. It computes from `inputs`, `variables` and constants alone and gives
 * the values to label. With an `earlier` recording nothing is computed: only what the step asks for is seen again. Throws
 * NotCapturable when it uses any other tensor, or does something else than earlier.
 */
export function record(inputs: Tensors, variables: Variables, step: () => Tensors, earlier?: Record): Record {
  const refusal = earlier ? readOnHost(earlier) : null;
  if (refusal !== null) throw new NotCapturable(refusal);
  const backend = nativeOf(tf.backend());
  const recorder = new Recorder(backend, inputs, variables, earlier ?? null);
  const real = backend.binding;
  backend.binding = recorder.standIn;
  try {
    const labels = step();
    return recorder.finish(labels, variables);
  } finally {
    backend.binding = real;
  }
}

class Recorder {
  readonly standIn: Binding & UpdateRecorder;
  readonly #backend: NativeBackend;
  readonly #real: Binding;
  /** Ids are never used twice, so that this table stays right when tensors are deleted. */
  readonly #sources = new Map<number, Source>();
  readonly #earlier: Record | null;
  readonly #inputs: ReadonlyMap<string, Slot>;
  readonly #variables: ReadonlyMap<string, Slot>;
  readonly #before = new Map<string, number>();
  readonly #nodes: RecordedNode[] = [];
  readonly #constants: Constant[] = [];
  readonly #hostReads: { source: Source | null; before: number }[] = [];

  constructor(backend: NativeBackend, inputs: Tensors, variables: Variables, earlier: Record | null) {
    this.#backend = backend;
    this.#earlier = earlier;
    this.#real = backend.binding;
    this.#inputs = this.#slots('input', inputs);
    this.#variables = this.#slots('variable', variables);
    for (const [name, variable] of variables) this.#before.set(name, this.#id(variable));
    this.standIn = this.#standIn();
  }

  finish(labels: Tensors, variables: Variables): Record {
    const assigned = new Map<string, Source>();
    for (const [name, variable] of variables) {
      const id = this.#id(variable);
      if (id !== this.#before.get(name)) assigned.set(name, this.#source(id, `variable ${name}`));
    }
    return {
      inputs: this.#inputs,
      variables: this.#variables,
      nodes: this.#nodes,
      constants: this.#constants,
      hostReads: this.#hostReads,
      assigned,
      labels: new Map(Array.from(labels, ([name, tensor]) => [name, this.#source(this.#id(tensor), name)])),
    };
  }

  #slots(kind: 'input' | 'variable', tensors: Tensors): Map<string, Slot> {
    const { TF_FLOAT, TF_INT32 } = this.#real;
    return new Map(
      Array.from(tensors, ([name, tensor]) => {
        const id = this.#id(tensor);
        if (this.#sources.has(id)) throw new NotCapturable(`${kind} ${name} shares its values with another`);
        if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32')
          throw new NotCapturable(`${kind} ${name} is ${tensor.dtype}`);
        this.#sources.set(id, { kind, name });
        return [name, { dtype: tensor.dtype === 'int32' ? TF_INT32 : TF_FLOAT, shape: [...tensor.shape] }];
      }),
    );
  }

  /** Also puts a tensor on the backend whose values were only waiting to go there. */
  #id(tensor: tf.Tensor): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }

  #source(id: number, user: string): Source {
    const source = this.#sources.get(id);
    if (source) return source;
    throw new NotCapturable(`${user} uses a tensor from before the step that is neither an input nor a variable`);
  }

  #standIn(): Binding & UpdateRecorder {
    const real = this.#real;
    // A plain copy: the addon's own properties cannot be replaced.
    const copy = Object.fromEntries(
      Object.getOwnPropertyNames(real).map((name) => [name, Reflect.get(real, name) as unknown]),
    ) as unknown as Binding;
    return {
      ...copy,
      createTensor: (shape, dtype, values) => {
        const id = real.createTensor(shape, dtype, values);
        if (dtype === real.TF_STRING) throw new NotCapturable('the step makes a tensor of strings');
        this.#sources.set(id, { kind: 'constant', index: this.#constants.length });
        this.#constants.push({ dtype, shape: [...shape], values: values.slice() });
        return id;
      },
      executeOp: (op, attributes, inputs, outputs) => {
        const sources = inputs.map((id) => this.#source(id, op));
        const seen = { op, attributes: copied(attributes), inputs: sources };
        const results = this.#rehearsed(seen) ?? real.executeOp(op, attributes, inputs, outputs);
        this.#add({ ...seen, outputs: results.map(slotOf) }, results);
        return results;
      },
      tensorDataSync: (id) => {
        this.#hostReads.push({ source: this.#sources.get(id) ?? null, before: this.#nodes.length });
        return real.tensorDataSync(id);
      },
      recordUpdate: (update, run) => this.#update(update, run),
    };
  }

  #update({ name, attributes, values, inputs }: VariableUpdate, run: (binding: Binding) => number[]): number[] {
    const changes = values.map(({ id }) => this.#source(id, name));
    const sources = inputs.map((id) => this.#source(id, name));
    const seen = { op: name, attributes: copied(attributes), inputs: sources, changes };
    const ids = this.#rehearsed(seen)?.map(({ id }) => id) ?? run(this.#real);
    const dtype = this.#real.TF_FLOAT;
    const outputs = values.map(({ shape }) => ({ dtype, shape: [...shape] }));
    this.#add(
      { ...seen, outputs },
      ids.map((id) => ({ id })),
    );
    return ids;
  }

  /**
   * Where an earlier recording has the same operation, it is not computed again: its results are those in name and shape,
   * with a number behind them that nobody reads. Null in a first recording.
   */
  #rehearsed(seen: Omit<RecordedNode, 'outputs'>): RawOutput[] | null {
    if (!this.#earlier) return null;
    const index = this.#nodes.length;
    const twin = this.#earlier.nodes[index];
    const difference = differenceOf({ ...seen, outputs: twin?.outputs ?? [] }, twin, index);
    if (difference !== null) throw new NotCapturable(difference);
    const { TF_FLOAT } = this.#real;
    return twin!.outputs.map(({ dtype, shape }) => ({
      id: this.#real.createTensor([], TF_FLOAT, NOTHING),
      dtype,
      shape: [...shape],
    }));
  }

  #add(node: RecordedNode, results: readonly Pick<RawOutput, 'id'>[]): void {
    const index = this.#nodes.push(node) - 1;
    results.forEach(({ id }, output) => this.#sources.set(id, { kind: 'node', index, output }));
  }
}

const NOTHING = new Float32Array(1);

const copied = (attributes: readonly Attribute[]): Attribute[] => attributes.map((attribute) => ({ ...attribute }));

const slotOf = ({ dtype, shape }: RawOutput): Slot => ({ dtype, shape: [...shape] });
