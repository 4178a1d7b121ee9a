/**
 * Runs training steps as single native calls where that is possible: records a step of each kind twice without letting it
 * happen, compares, loads the graph, and from then on runs that. Whatever cannot be captured stays eager, with a reason.
 * Which steps are replayed depends on their kind alone, so that a resumed run computes what an undisturbed one does.
 */
import * as tf from '@tensorflow/tfjs-core';
import { firstDifference } from './graph/compareRecords.ts';
import { Program, type Variables } from './graph/program.ts';
import { record, type Tensors } from './graph/recorder.ts';

/** A step as a function of declared inputs and variables. */
export interface ReplayableStep<Facts> {
  /** Everything that shapes the step besides its inputs: sizes, probabilities, switches. */
  readonly key: string;
  readonly inputs: Tensors;
  /** Inputs of another step of this kind, with other values throughout. */
  otherInputs(): Tensors;
  /** Computes on the current backend and assigns the variables; gives values by name, and what is known without them. */
  compute(inputs: Tensors): { labels: Tensors; facts: Facts };
}

export interface Wanted {
  readonly labels: readonly string[];
  /** Labels that may be looked at later: what they are computed from is given too. Best the same list every time. */
  readonly before: readonly string[];
  /** A label whose values must agree with an eager step's before this one counts. */
  readonly check?: string | undefined;
}

/** What a replayed step gave; the tensors are the caller's. */
export interface Replayed<Facts> {
  readonly facts: Facts;
  readonly values: ReadonlyMap<string, tf.Tensor>;
  readonly before: ReadonlyMap<string, tf.Tensor>;
  /** Keeps what `look` needs until the function it gives is called. */
  readonly hold: () => () => void;
  /** Computes the step again, from inputs and variables as they were, and gives any of its values. */
  readonly look: (inputs: Tensors, before: Tensors, labels: readonly string[]) => Map<string, tf.Tensor>;
}

/** Sessions hold copies of all variables: more kinds of steps than this are not kept at once. */
const MOST_PROGRAMS = 4;
const TOLERANCE = 1e-3;

export class StepReplay<Facts> {
  readonly #variables: () => Variables;
  readonly #say: (message: string) => void;
  /** Null for a kind that cannot be captured. The most recently used last. */
  readonly #programs = new Map<string, { program: Program; facts: Facts } | null>();
  /** The program whose session is ahead of the variables. */
  #ahead: Program | null = null;

  /** `variables` are all that a step reads or changes; asked for anew each time, since some are replaced. */
  constructor(variables: () => Variables, say: (message: string) => void) {
    this.#variables = variables;
    this.#say = say;
  }

  /** Whether the current backend has what it takes. */
  static get available(): boolean {
    return tf.getBackend() === 'tensorflow';
  }

  /** One step, with what is wanted of this kind; null when it cannot be replayed and nothing has changed. */
  run(step: ReplayableStep<Facts>, wantedOf: (facts: Facts) => Wanted): Replayed<Facts> | null {
    const entry = this.#programs.get(step.key) ?? this.#capture(step);
    if (!entry) return null;
    this.#programs.delete(step.key);
    this.#programs.set(step.key, entry);
    const { program, facts } = entry;
    const wanted = wantedOf(facts);
    if (this.#ahead !== program || wanted.check !== undefined) this.settle();
    const expected = wanted.check === undefined ? null : this.#eager(step, wanted.check);
    program.push(this.#variables());
    const { values, before } = program.step({ inputs: step.inputs, ...wanted });
    this.#ahead = program;
    if (expected && !agree(expected, values.get(wanted.check!)!.dataSync())) {
      for (const tensor of [...values.values(), ...before.values()]) tensor.dispose();
      this.#refuse(step.key, 'its numbers differ from those of an eager step');
      return null;
    }
    return { facts, values, before, hold: () => program.hold(), look: (...what) => program.look(...what) };
  }

  /** Brings the variables up to date, before anybody else reads them; whether they were behind. */
  settle(): boolean {
    const program = this.#ahead;
    this.#ahead = null;
    program?.pull(this.#variables());
    return program !== null;
  }

  dispose(): void {
    for (const entry of this.#programs.values()) entry?.program.dispose();
    this.#programs.clear();
    this.#ahead = null;
  }

  #capture(step: ReplayableStep<Facts>): { program: Program; facts: Facts } | null {
    if (this.#programs.has(step.key)) return null;
    this.settle();
    this.#makeRoom();
    try {
      const began = performance.now();
      const { entry, operations } = this.#recorded(step);
      this.#programs.set(step.key, entry);
      const ms = (performance.now() - began).toFixed(0);
      this.#say(`steps are captured: ${operations} operations run as one native call (prepared in ${ms} ms)`);
      return entry;
    } catch (error) {
      this.#refuse(step.key, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #recorded(step: ReplayableStep<Facts>): { entry: { program: Program; facts: Facts }; operations: number } {
    const variables = this.#variables();
    partShared(variables);
    let facts: Facts | null = null;
    const once = (inputs: Tensors) =>
      this.#undone(() =>
        record(inputs, variables, () => {
          const { labels, facts: known } = step.compute(inputs);
          facts = known;
          return labels;
        }),
      );
    const other = once(step.otherInputs());
    const own = once(step.inputs);
    const difference = firstDifference(own, other);
    if (difference !== null) throw new Error(difference);
    const program = new Program(own);
    return { entry: { program, facts: facts! }, operations: own.nodes.length };
  }

  /** What an eager step has under `label`, without letting it happen. */
  #eager(step: ReplayableStep<Facts>, label: string): Float32Array {
    return this.#undone(() => step.compute(step.inputs).labels.get(label)!.dataSync<'float32'>().slice());
  }

  /** Runs `fn`, then gives every variable back what it held. */
  #undone<T>(fn: () => T): T {
    const variables = this.#variables();
    const held = new Map(Array.from(variables, ([name, variable]) => [name, tf.keep(tf.clone<tf.Tensor>(variable))]));
    const engine = tf.engine();
    engine.startScope();
    try {
      return fn();
    } finally {
      engine.endScope();
      for (const [name, value] of held) {
        variables.get(name)!.assign(value);
        value.dispose();
      }
    }
  }

  /** A session that went wrong is left behind; the variables are as before its last step. */
  #refuse(key: string, reason: string): void {
    this.#programs.get(key)?.program.dispose();
    this.#programs.set(key, null);
    this.#ahead = null;
    this.#say(`steps stay eager: ${reason}`);
  }

  #makeRoom(): void {
    const kept = [...this.#programs].filter(([, entry]) => entry !== null);
    if (kept.length < MOST_PROGRAMS) return;
    const [key, entry] = kept[0]!;
    entry!.program.dispose();
    this.#programs.delete(key);
  }
}

/** Variables made from one tensor share its values; a graph knows variables by theirs. */
function partShared(variables: Variables): void {
  const known = new Set<object>();
  for (const variable of variables.values()) {
    if (known.has(variable.dataId)) tf.tidy(() => variable.assign(tf.mul(variable, 1)));
    known.add(variable.dataId);
  }
}

function agree(expected: ArrayLike<number>, actual: ArrayLike<number>): boolean {
  return Array.from(expected).every((value, at) => {
    const other = actual[at]!;
    if (!Number.isFinite(value) || !Number.isFinite(other)) return Number.isFinite(value) === Number.isFinite(other);
    return Math.abs(value - other) <= TOLERANCE * Math.max(Math.abs(value), Math.abs(other), TOLERANCE);
  });
}
