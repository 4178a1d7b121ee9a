/**
 * A captured step: a graph loaded into a session of the native library, with the variables it changes living there. Values
 * go in and out by reference; nothing is copied but what an update finds shared.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { nativeOf, type NativeBackend, type RawOutput } from '../../backends/nativeBinding.ts';
import type { CapturedStep, Inputs, LaterTensors, StepDone, StepOrder, Tensors, Variables } from '../capturedStep.ts';
import { emitGraph, STEP_DONE, type GraphPlaces } from './emitGraph.ts';
import { savedModel } from './graphDef.ts';
import type { Record, Slot, Source } from './record.ts';

export class Program implements CapturedStep {
  readonly #backend: NativeBackend;
  readonly #session: number;
  readonly #places: GraphPlaces;
  readonly #record: Record;
  /** Whoever may still look; the session ends with the last. */
  #holders = 1;
  /** What each variable held when session and variable were last the same. */
  readonly #seen = new Map<string, object>();
  /** By the list of labels itself: it is one and the same from step to step. */
  readonly #needed = new WeakMap<readonly string[], ReadonlySet<string>>();

  constructor(record: Record) {
    this.#backend = nativeOf(tf.backend());
    this.#record = record;
    const { binding } = this.#backend;
    this.#places = emitGraph(record, binding);
    const folder = mkdtempSync(join(tmpdir(), 'dropscope-step-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), savedModel(this.#places.nodes, binding));
      this.#session = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  get operations(): number {
    return this.#record.nodes.length;
  }

  step({ inputs, numbers, tensors, keep }: StepOrder): StepDone {
    const labels = keep === 'everything' ? [...numbers, ...tensors] : numbers;
    const needed = keep === 'for later' ? this.#variablesOf(tensors) : NONE;
    const reads = [...this.#places.reads].filter(([name]) => needed.has(name));
    const fetches = [
      STEP_DONE,
      ...labels.map((label) => this.#places.labels.get(label)!),
      ...reads.map(([, at]) => at),
    ];
    const [done, ...results] = this.#fed(inputs, (feeds) => this.#run(feeds, fetches));
    const { binding } = this.#backend;
    binding.deleteTensor(done!.id);
    const read = numbers.map((label, at): [string, Float32Array] => {
      const { id } = results[at]!;
      const values = binding.tensorDataSync(id) as Float32Array;
      binding.deleteTensor(id);
      return [label, values];
    });
    const kept = results.slice(numbers.length).map((result) => tf.keep(this.#backend.createOutputTensor(result)));
    const named = (names: readonly string[]): Map<string, tf.Tensor> =>
      new Map(names.map((name, at) => [name, kept[at]!]));
    const later = (): LaterTensors =>
      keep === 'everything'
        ? new GivenAtOnce(tensors, kept, { atHand: true, all: () => named(tensors), end: () => undefined })
        : this.#computedLater(inputs, named(reads.map(([name]) => name)), tensors);
    return { numbers: new Map(read), later: keep === 'nothing' ? null : later(), keepingMs: 0 };
  }

  /** The step again, from what it began with. */
  #computedLater(inputs: Inputs, before: Tensors, names: readonly string[]): LaterTensors {
    this.#holders++;
    return new GivenAtOnce(names, [...before.values()], {
      atHand: false,
      all: () => this.#look(inputs, before, names),
      end: () => {
        this.dispose();
      },
    });
  }

  /** The same computation from `variables` instead of the session's; nothing changes. The tensors are the caller's. */
  #look(inputs: Inputs, variables: Tensors, labels: readonly string[]): Map<string, tf.Tensor> {
    const results = this.#fed(inputs, (feeds) => {
      for (const [name, tensor] of variables) feeds.set(this.#places.reads.get(name)!, this.#id(tensor));
      return this.#run(
        feeds,
        labels.map((label) => this.#places.labels.get(label)!),
      );
    });
    return new Map(labels.map((label, at) => [label, this.#backend.createOutputTensor(results[at]!)]));
  }

  pull(variables: Variables): void {
    const places = [...this.#places.variables];
    const results = this.#run(
      new Map(),
      places.map(([, { now }]) => now),
    );
    places.forEach(([name], at) => {
      const value = this.#backend.createOutputTensor(results[at]!);
      const variable = variables.get(name)!;
      variable.assign(value);
      value.dispose();
      this.#seen.set(name, variable.dataId);
    });
  }

  push(variables: Variables): void {
    const changed = [...variables].filter(([name, { dataId }]) => this.#seen.get(name) !== dataId);
    if (changed.length === 0) return;
    const feeds = new Map<string, number>();
    for (const [name, variable] of changed) {
      const slot = this.#record.variables.get(name);
      if (!slot) throw new Error(`a captured step has no variable ${name}`);
      this.#requireShape(name, variable, slot);
      feeds.set(this.#places.variables.get(name)!.value, this.#id(variable));
    }
    const done = this.#run(
      feeds,
      changed.map(([name]) => this.#places.variables.get(name)!.done),
    );
    for (const { id } of done) this.#backend.binding.deleteTensor(id);
    for (const [name, { dataId }] of changed) this.#seen.set(name, dataId);
  }

  dispose(): void {
    if (--this.#holders === 0) this.#backend.binding.deleteSavedModel(this.#session);
  }

  /** Variables that the values of these labels are computed from. */
  #variablesOf(labels: readonly string[]): ReadonlySet<string> {
    const known = this.#needed.get(labels);
    if (known) return known;
    const needed = new Set<string>();
    const seen = new Set<number>();
    const visit = (source: Source): void => {
      if (source.kind === 'variable') needed.add(source.name);
      if (source.kind !== 'node' || seen.has(source.index)) return;
      seen.add(source.index);
      const { inputs, changes = [] } = this.#record.nodes[source.index]!;
      for (const each of [...inputs, ...changes]) visit(each);
    };
    for (const label of labels) visit(this.#record.labels.get(label)!);
    this.#needed.set(labels, needed);
    return needed;
  }

  /** With the inputs on the backend. */
  #fed<T>(inputs: Inputs, use: (feeds: Map<string, number>) => T): T {
    const { binding } = this.#backend;
    const ids: number[] = [];
    try {
      const feeds = Array.from(this.#record.inputs, ([name, slot]): [string, number] => {
        const given = inputs.get(name);
        if (!given) throw new Error(`a captured step needs its input ${name}`);
        this.#requireShape(name, given, slot);
        const id = binding.createTensor(given.shape, slot.dtype, given.values);
        ids.push(id);
        return [this.#places.inputs.get(name)!, id];
      });
      return use(new Map(feeds));
    } finally {
      for (const id of ids) binding.deleteTensor(id);
    }
  }

  /** A session takes values of any shape and may go on with them silently: they are checked here. */
  #requireShape(
    name: string,
    given: { readonly dtype: string; readonly shape: number[] },
    { shape, dtype }: Slot,
  ): void {
    const { TF_INT32, TF_FLOAT } = this.#backend.binding;
    const actual = given.dtype === 'int32' ? TF_INT32 : TF_FLOAT;
    if (tf.util.arraysEqual([...shape], given.shape) && actual === dtype) return;
    throw new Error(
      `a captured step was recorded with ${name} of [${shape.join(', ')}], not ${given.dtype} [${given.shape.join(', ')}]`,
    );
  }

  #run(feeds: ReadonlyMap<string, number>, fetches: readonly string[]): RawOutput[] {
    return this.#backend.binding.runSavedModel(
      this.#session,
      [...feeds.values()],
      [...feeds.keys()].join(','),
      fetches.join(','),
    );
  }

  #id(tensor: tf.Tensor): number {
    return this.#backend.getInputTensorIds([tensor])[0]!;
  }
}

const NONE: ReadonlySet<string> = new Set();

interface TensorSource {
  /** Whether they are there already. */
  readonly atHand: boolean;
  readonly all: () => Tensors;
  readonly end: () => void;
}

/** All of a step's tensors are given when the first one is asked for. */
class GivenAtOnce implements LaterTensors {
  readonly names: readonly string[];
  readonly #held: readonly tf.Tensor[];
  readonly #source: TensorSource;
  #over = false;

  constructor(names: readonly string[], held: readonly tf.Tensor[], source: TensorSource) {
    this.names = names;
    this.#held = held;
    this.#source = source;
  }

  readonly held = (): readonly tf.Tensor[] => (this.#over ? [] : this.#held);
  readonly over = (): boolean => this.#over;
  readonly atHand = (): boolean => this.#source.atHand;

  readonly inPlace = (): undefined => undefined;

  readonly fetch = (_name: string, give: (name: string, tensor: tf.Tensor) => void): void => {
    tf.tidy(() => {
      for (const [name, tensor] of this.#source.all()) give(name, tensor);
    });
    this.release();
  };

  readonly release = (): void => {
    if (this.#over) return;
    this.#over = true;
    for (const tensor of this.#held) tensor.dispose();
    this.#source.end();
  };
}
