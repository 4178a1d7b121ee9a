/**
 * Whether anything but the optimiser changes a parameter: what an update leaves is what the next forward pass must find.
 * Told by the identity of the data, which costs nothing, and now and then by the norm, which also shows what was overwritten
 * in place.
 */
import * as tf from '@tensorflow/tfjs-core';
import { squares } from '../kernels/reductions/reductions.ts';
import type { Parameter } from '../nn/parameter.ts';
import type { MovedParameter } from '../probes/stepEvidence.ts';

/** Changes remembered: a fault repeats at every step. */
const MOST = 64;
/** Reductions on several threads may differ in the last bits. */
const TOLERANCE = 1e-5;

interface Left {
  readonly tensor: tf.Tensor;
  /** NaN when it was not taken. */
  readonly norm: number;
}

export class ParameterWatch {
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #left = new Map<string, Left>();
  readonly #moved: MovedParameter[] = [];

  constructor(parameters: ReadonlyMap<string, Parameter>) {
    this.#parameters = parameters;
  }

  /** Oldest first; a parameter that moves at every step is listed each time, the latest only. */
  get moved(): readonly MovedParameter[] {
    return this.#moved;
  }

  /** The parameters are now as they ought to be. With `norms` also changes in place are seen at the next check. */
  remember(norms: boolean): void {
    const taken = norms ? this.#norms() : null;
    for (const [name, { variable }] of this.#parameters) {
      const left = this.#left.get(name);
      const norm = taken?.get(name) ?? NaN;
      // Captured steps leave the variables as they are for a long time.
      const tensor = left?.tensor.dataId === variable.dataId ? left.tensor : tf.keep(tf.clone<tf.Tensor>(variable));
      if (tensor !== left?.tensor) left?.tensor.dispose();
      this.#left.set(name, { tensor, norm });
    }
  }

  /** Compares with what was remembered, if anything was, before step `step` or after an evaluation that followed it. */
  check(step: number, during: MovedParameter['during']): void {
    const withNorms = [...this.#left.values()].some(({ norm }) => !Number.isNaN(norm));
    const norms = withNorms ? this.#norms() : null;
    for (const [name, { tensor, norm }] of this.#left) {
      const { variable } = this.#parameters.get(name)!;
      const change =
        variable.dataId === tensor.dataId ? normChange(norm, norms?.get(name)) : distance(variable, tensor);
      if (change === 0) continue;
      this.#moved.push({ name, step, during, change });
      if (this.#moved.length > MOST) this.#moved.shift();
    }
  }

  forget(): void {
    for (const { tensor } of this.#left.values()) tensor.dispose();
    this.#left.clear();
  }

  #norms(): Map<string, number> {
    const names = [...this.#parameters.keys()];
    const values = tf.tidy(() => {
      const sums = Array.from(this.#parameters.values(), ({ variable }) => tf.reshape(squares(variable), [1]));
      return tf.concat(sums as tf.Tensor1D[]).dataSync<'float32'>();
    });
    return new Map(names.map((name, at) => [name, Math.sqrt(values[at]!)]));
  }
}

/** The same data: only its content can tell. NaN for a norm that is not known or not finite says nothing. */
function normChange(before: number, now = NaN): number {
  const change = Math.abs(now - before);
  return change > TOLERANCE * Math.max(before, now) ? change : 0;
}

function distance(one: tf.Tensor, other: tf.Tensor): number {
  return Math.sqrt(tf.tidy(() => squares(tf.sub(one, other)).dataSync<'float32'>()[0]!));
}
