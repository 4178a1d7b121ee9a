/**
 * A captured step on the wasm backend: its jobs with their arguments prepared, run as one call, in an arena where every
 * tensor has its place. A variable that the step assigns has two places, one read and one written, which change roles with
 * every step: so the step before can still be looked at, and one that was interrupted can simply be run again.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { WasmKernels } from '../../wasm/wasmKernels.ts';
import type { CapturedStep, Inputs, LaterTensors, StepDone, StepOrder, Variables } from '../capturedStep.ts';
import { Arena } from './arena.ts';
import { JobLists, needed, type Side } from './jobLists.ts';
import { type JobRecord, cellsOf, type Slot } from './jobRecord.ts';

export class JobProgram implements CapturedStep {
  readonly #record: JobRecord;
  readonly #backend: BackendWasm;
  readonly #arena: Arena;
  readonly #lists: JobLists;
  /** Where the variables are as they are now. */
  #side: Side = 0;
  /** What each variable held when it was last the same as its own here. */
  readonly #seen = new Map<string, object>();
  /** By the list of labels itself: it is one and the same from step to step. */
  readonly #needed = new WeakMap<readonly string[], ReadonlySet<string>>();
  /** The tensors of the last step, as long as somebody may ask for them. */
  #last: LastStep | null = null;
  /** Whoever may still look; the memory is free with the last. */
  #holders = 1;

  constructor(record: JobRecord) {
    this.#record = record;
    this.#backend = tf.backend() as BackendWasm;
    const kernels = WasmKernels.of(this.#backend);
    this.#lists = new JobLists(record, (bytes) => new Arena(kernels, bytes));
    this.#arena = this.#lists.arena;
  }

  get operations(): number {
    return this.#record.jobs.length;
  }

  step({ inputs, numbers, tensors, keep }: StepOrder): StepDone {
    const began = performance.now();
    this.#last?.depart();
    const keepingMs = performance.now() - began;
    this.#feed(inputs);
    const side = this.#side;
    this.#lists.run(side);
    this.#side = other(side);
    const read = numbers.map((name): [string, Float32Array] => {
      const slot = this.#record.labels.get(name)!;
      return [name, this.#arena.floats(this.#lists.offsetOf(slot.piece, side), cellsOf(slot)).slice()];
    });
    this.#last = keep === 'nothing' ? null : new LastStep(this, side, inputs, tensors);
    if (this.#last) this.#holders++;
    return { numbers: new Map(read), later: this.#last, keepingMs };
  }

  pull(variables: Variables): void {
    for (const name of this.#record.assigned.keys()) {
      const variable = variables.get(name)!;
      const value = this.copyOut(this.#lists.variableAt(name, this.#side), this.#record.variables.get(name)!);
      variable.assign(value);
      value.dispose();
      this.#seen.set(name, variable.dataId);
    }
  }

  push(variables: Variables): void {
    const changed = [...variables].filter(([name, { dataId }]) => this.#seen.get(name) !== dataId);
    if (changed.length > 0) this.#last?.depart();
    for (const [name, variable] of changed) {
      const slot = this.#record.variables.get(name);
      if (!slot) throw new Error(`a captured step has no variable ${name}`);
      this.#copyIn(name, variable, slot, this.#lists.variableAt(name, this.#side));
      this.#seen.set(name, variable.dataId);
    }
  }

  dispose(): void {
    if (--this.#holders > 0) return;
    this.#lists.dispose();
  }

  /** A tensor of a step that was the last one, while its values are where it left them. */
  label(name: string, side: Side): tf.Tensor {
    const slot = this.#record.labels.get(name)!;
    return this.copyOut(this.#lists.offsetOf(slot.piece, side), slot);
  }

  /** The same where it lies. */
  labelInPlace(
    name: string,
    side: Side,
  ): { readonly shape: readonly number[]; readonly data: Float32Array } | undefined {
    const slot = this.#record.labels.get(name);
    if (slot?.dtype !== 'float32') return undefined;
    return { shape: slot.shape, data: this.#arena.floats(this.#lists.offsetOf(slot.piece, side), cellsOf(slot)) };
  }

  /** The variables that these labels are computed from, as they were before the last step: copies. */
  before(labels: readonly string[], side: Side): Map<string, tf.Tensor> {
    const copy = (name: string): tf.Tensor =>
      this.copyOut(this.#lists.variableAt(name, side), this.#record.variables.get(name)!);
    return new Map(Array.from(this.#variablesOf(labels), (name) => [name, tf.keep(copy(name))]));
  }

  /** The step again without its updates, from what it began with; gives every one of the labels. */
  look(
    inputs: Inputs,
    variables: ReadonlyMap<string, tf.Tensor>,
    labels: readonly string[],
    give: (name: string, tensor: tf.Tensor) => void,
  ): void {
    this.#last?.depart();
    // The places that the next step writes to are free.
    const side = other(this.#side);
    this.#feed(inputs);
    for (const [name, tensor] of variables) {
      this.#copyIn(name, tensor, this.#record.variables.get(name)!, this.#lists.variableAt(name, side));
      // A variable that no step assigns has one place only: it is set right before the next step.
      if (!this.#record.assigned.has(name)) this.#seen.delete(name);
    }
    const offsetOf = this.#lists.look(labels, side);
    for (const name of labels) {
      const slot = this.#record.labels.get(name)!;
      const tensor = this.copyOut(offsetOf(slot.piece), slot);
      give(name, tensor);
      tensor.dispose();
    }
  }

  /** The tensors of `last` are not asked for any more. */
  forget(last: LastStep): void {
    if (this.#last === last) this.#last = null;
    this.dispose();
  }

  /** They are not in the arena any more. */
  departed(last: LastStep): void {
    if (this.#last === last) this.#last = null;
  }

  copyOut(offset: number, slot: Slot): tf.Tensor {
    const bytes = 4 * cellsOf(slot);
    const made = this.#backend.makeOutput([...slot.shape], slot.dtype);
    const to = this.#arena.kernels.address(made);
    new Uint8Array(this.#arena.kernels.buffer).copyWithin(
      to,
      this.#arena.start + offset,
      this.#arena.start + offset + bytes,
    );
    return tf.engine().makeTensorFromTensorInfo(made);
  }

  #variablesOf(labels: readonly string[]): ReadonlySet<string> {
    const known = this.#needed.get(labels);
    if (known) return known;
    const { variables } = needed(this.#record, labels);
    this.#needed.set(labels, variables);
    return variables;
  }

  #copyIn(name: string, tensor: tf.Tensor, slot: Slot, offset: number): void {
    requireSlot(name, tensor, slot);
    const { kernels, start } = this.#arena;
    const from = kernels.address(tensor);
    new Uint8Array(kernels.buffer).copyWithin(start + offset, from, from + 4 * tensor.size);
  }

  #feed(inputs: Inputs): void {
    for (const [name, slot] of this.#record.inputs) {
      const given = inputs.get(name);
      if (!given) throw new Error(`a captured step needs its input ${name}`);
      requireSlot(name, given, slot);
      const { buffer, byteOffset, byteLength } = given.values;
      this.#arena.bytes(this.#lists.inputAt(name), byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
}

/**
 * The tensors of one step: in the arena until the next step or look. Then, if somebody has asked for one before, all are
 * given, for others are likely to be asked for; if not, they are computed again should it come to that.
 */
class LastStep implements LaterTensors {
  readonly names: readonly string[];
  readonly #program: JobProgram;
  readonly #side: Side;
  readonly #inputs: Inputs;
  readonly #given = new Set<string>();
  #give: ((name: string, tensor: tf.Tensor) => void) | null = null;
  #before: ReadonlyMap<string, tf.Tensor> | null = null;
  #over = false;

  constructor(program: JobProgram, side: Side, inputs: Inputs, names: readonly string[]) {
    this.#program = program;
    this.#side = side;
    this.#inputs = inputs;
    this.names = names;
  }

  readonly over = (): boolean => this.#over;

  readonly atHand = (): boolean => this.#before === null;

  readonly held = (): tf.Tensor[] => [...(this.#before?.values() ?? [])];

  readonly inPlace: LaterTensors['inPlace'] = (name) =>
    this.#over || this.#before ? undefined : this.#program.labelInPlace(name, this.#side);

  readonly fetch = (name: string, give: (name: string, tensor: tf.Tensor) => void): void => {
    if (this.#before) {
      this.#program.look(this.#inputs, this.#before, this.names, give);
      this.release();
      return;
    }
    this.#give = give;
    this.#take(name, give);
    if (this.#given.size === this.names.length) this.release();
  };

  readonly release = (): void => {
    if (this.#over) return;
    this.#over = true;
    for (const tensor of this.held()) tensor.dispose();
    this.#before = null;
    this.#program.forget(this);
  };

  /** Before the arena changes. */
  depart(): void {
    if (this.#give) {
      for (const name of this.names) if (!this.#given.has(name)) this.#take(name, this.#give);
      this.release();
      return;
    }
    this.#before = this.#program.before(this.names, this.#side);
    this.#program.departed(this);
  }

  #take(name: string, give: (name: string, tensor: tf.Tensor) => void): void {
    this.#given.add(name);
    const tensor = this.#program.label(name, this.#side);
    give(name, tensor);
    tensor.dispose();
  }
}

/** An arena takes values of any shape: they are checked here. */
function requireSlot(name: string, { dtype, shape }: { dtype: string; shape: number[] }, slot: Slot): void {
  if (dtype === slot.dtype && tf.util.arraysEqual([...slot.shape], shape)) return;
  throw new Error(
    `a captured step was recorded with ${name} of [${slot.shape.join(', ')}], not ${dtype} [${shape.join(', ')}]`,
  );
}

const other = (side: Side): Side => (side === 0 ? 1 : 0);
