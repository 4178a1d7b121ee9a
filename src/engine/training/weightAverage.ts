/**
 * The running average of weights that NT-ASGD evaluates with (Polyak and Juditsky 1992), as torch.optim.ASGD keeps it with
 * t0 = 0 and lambd = 0: after k averaged steps the mean of the weights from the second of them on.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../nn/parameter.ts';

export class WeightAverage {
  /** Steps done when averaging began, as a tensor of one element for checkpoints; it stays this object's. */
  readonly since: tf.Tensor;
  readonly #since: number;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #averages: ReadonlyMap<string, tf.Variable>;

  /** Starts as the weights are now. */
  constructor(since: number, parameters: ReadonlyMap<string, Parameter>) {
    this.#since = since;
    this.since = tf.keep(tf.tensor1d([since]));
    this.#parameters = parameters;
    this.#averages = new Map(
      Array.from(parameters, ([name, { variable }]) => [
        name,
        tf.tidy(() => tf.variable(tf.clone<tf.Tensor>(variable), false)),
      ]),
    );
  }

  /** Which share the weights after step `step` have in the new average, and the old average keeps: inputs of the step. */
  shares(step: number): { fresh: number; kept: number } {
    const fresh = 1 / Math.max(1, step - this.#since - 1);
    return { fresh, kept: 1 - fresh };
  }

  /** Takes in the weights as they are. Written so that a share of 1 makes them the average bit for bit. */
  add(fresh: tf.Scalar, kept: tf.Scalar): void {
    tf.tidy(() => {
      for (const [name, average] of this.#averages) {
        average.assign(tf.add(tf.mul(average, kept), tf.mul(this.#parameters.get(name)!.variable, fresh)));
      }
    });
  }

  /** Puts the averages in the parameters' places; what is returned brings the weights back bit for bit. */
  swapIn(): () => void {
    const own = new Map(Array.from(this.#parameters, ([name, { variable }]) => [name, tf.keep(tf.clone(variable))]));
    for (const [name, parameter] of this.#parameters) parameter.assign(this.#averages.get(name)!);
    return () => {
      for (const [name, weight] of own) {
        this.#parameters.get(name)!.assign(weight);
        weight.dispose();
      }
    };
  }

  /** By parameter name; they stay this object's. */
  tensors(): ReadonlyMap<string, tf.Variable> {
    return this.#averages;
  }

  dispose(): void {
    this.since.dispose();
    for (const average of this.#averages.values()) average.dispose();
  }
}
