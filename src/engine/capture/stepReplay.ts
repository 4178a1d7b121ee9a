/**
 * Runs training steps as single calls where that is possible: records a step of each kind twice without letting it
 * happen, compares, captures it, and from then on runs that. Whatever cannot be captured stays eager, with a reason.
 * Which steps are replayed depends on their kind alone, so that a resumed run computes what an undisturbed one does.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import {
  type Capture,
  type CapturedStep,
  type Inputs,
  inputTensors,
  type Keep,
  type StepDone,
  type Tensors,
  type Variables,
} from './capturedStep.ts';
import { graphCapture } from './graph/graphCapture.ts';
import { jobCapture } from './jobs/jobCapture.ts';
import { withinScope } from './withinScope.ts';

/** A step as a function of declared inputs and variables. */
export interface ReplayableStep<Facts> {
  /** Everything that shapes the step besides its inputs: sizes, probabilities, switches. */
  readonly key: string;
  readonly inputs: Inputs;
  /** Inputs of another step of this kind, with other values throughout. */
  otherInputs(): Inputs;
  /** Computes on the current backend and assigns the variables; gives values by name, and what is known without them. */
  compute(inputs: Tensors): { labels: Tensors; facts: Facts };
}

export interface Wanted {
  /** Labels whose values are read. */
  readonly numbers: readonly string[];
  /** Labels that somebody may look at, as `keep` says. Best the same list every time. */
  readonly tensors: readonly string[];
  readonly keep: Keep;
  /** One of the numbers that must agree with an eager step's before this one counts. */
  readonly check?: string | undefined;
}

/** What a replayed step gave; its tensors are the caller's to release. */
export interface Replayed<Facts> extends StepDone {
  readonly facts: Facts;
}

/** The backends that can. */
const CAPTURES: Readonly<Record<string, Capture<unknown>>> = { tensorflow: graphCapture, wasm: jobCapture };

/** A captured step holds a copy of all variables: more kinds of steps than this are not kept at once. */
const MOST_PROGRAMS = 4;
const TOLERANCE = 1e-3;

export class StepReplay<Facts> {
  readonly #variables: () => Variables;
  readonly #say: (message: string) => void;
  /** Null for a kind that cannot be captured. The most recently used last. */
  readonly #programs = new Map<string, { captured: CapturedStep; facts: Facts } | null>();
  /** The one whose variables are ahead of the model's. */
  #ahead: CapturedStep | null = null;

  /** `variables` are all that a step reads or changes; asked for anew each time, since some are replaced. */
  constructor(variables: () => Variables, say: (message: string) => void) {
    this.#variables = variables;
    this.#say = say;
  }

  /** Whether the current backend has what it takes. */
  static get available(): boolean {
    return tf.getBackend() in CAPTURES;
  }

  /** One step, with what is wanted of this kind; null when it cannot be replayed and nothing has changed. */
  run(step: ReplayableStep<Facts>, wantedOf: (facts: Facts) => Wanted): Replayed<Facts> | null {
    const entry = this.#programs.get(step.key) ?? this.#capture(step);
    if (!entry) return null;
    this.#programs.delete(step.key);
    this.#programs.set(step.key, entry);
    const { captured, facts } = entry;
    const wanted = wantedOf(facts);
    if (this.#ahead !== captured || wanted.check !== undefined) this.settle();
    const expected = wanted.check === undefined ? null : this.#eager(step, wanted.check);
    captured.push(this.#variables());
    const done = captured.step({ inputs: step.inputs, ...wanted });
    this.#ahead = captured;
    if (expected && !agree(expected, done.numbers.get(wanted.check!)!)) {
      done.later?.release();
      this.#refuse(step.key, 'its numbers differ from those of an eager step');
      return null;
    }
    return { facts, ...done };
  }

  /** Brings the variables up to date, before anybody else reads them; whether they were behind. */
  settle(): boolean {
    const captured = this.#ahead;
    this.#ahead = null;
    captured?.pull(this.#variables());
    return captured !== null;
  }

  dispose(): void {
    for (const entry of this.#programs.values()) entry?.captured.dispose();
    this.#programs.clear();
    this.#ahead = null;
  }

  #capture(step: ReplayableStep<Facts>): { captured: CapturedStep; facts: Facts } | null {
    if (this.#programs.has(step.key)) return null;
    this.settle();
    this.#makeRoom();
    try {
      const began = performance.now();
      const entry = this.#recorded(step);
      this.#programs.set(step.key, entry);
      const ms = (performance.now() - began).toFixed(0);
      this.#say(`steps are captured: ${entry.captured.operations} operations run as one call (prepared in ${ms} ms)`);
      return entry;
    } catch (error) {
      this.#refuse(step.key, sentenceOf(error));
      return null;
    }
  }

  #recorded(step: ReplayableStep<Facts>): { captured: CapturedStep; facts: Facts } {
    const backend = CAPTURES[tf.getBackend()]!;
    const variables = this.#variables();
    partShared(variables);
    let facts: Facts | null = null;
    const once = (inputs: Inputs, earlier?: unknown) =>
      this.#undone(() => {
        const tensors = inputTensors(inputs);
        const run = (): Tensors => {
          const { labels, facts: known } = step.compute(tensors);
          facts = known;
          return labels;
        };
        return backend.record(tensors, variables, run, earlier);
      });
    const other = once(step.otherInputs());
    const own = once(step.inputs, other);
    const difference = backend.firstDifference(own, other);
    if (difference !== null) throw new Error(difference);
    return { captured: backend.capture(own), facts: facts! };
  }

  /** What an eager step has under `label`, without letting it happen. */
  #eager(step: ReplayableStep<Facts>, label: string): Float32Array {
    return this.#undone(() => step.compute(inputTensors(step.inputs)).labels.get(label)!.dataSync<'float32'>().slice());
  }

  /** Runs `fn`, then gives every variable back what it held. */
  #undone<T>(fn: () => T): T {
    const variables = this.#variables();
    const held = new Map(Array.from(variables, ([name, variable]) => [name, tf.keep(tf.clone<tf.Tensor>(variable))]));
    try {
      return withinScope(fn);
    } finally {
      for (const [name, value] of held) {
        variables.get(name)!.assign(value);
        value.dispose();
      }
    }
  }

  /** What went wrong is left behind; the variables are as before its last step. */
  #refuse(key: string, reason: string): void {
    this.#programs.get(key)?.captured.dispose();
    this.#programs.set(key, null);
    this.#ahead = null;
    this.#say(`steps stay eager: ${reason}`);
  }

  #makeRoom(): void {
    const kept = [...this.#programs].filter(([, entry]) => entry !== null);
    if (kept.length < MOST_PROGRAMS) return;
    const [key, entry] = kept[0]!;
    entry!.captured.dispose();
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
