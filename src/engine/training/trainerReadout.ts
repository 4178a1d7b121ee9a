/** The scalars of a step: gathered on the backend as one vector and read back once. */
import * as tf from '@tensorflow/tfjs-core';

export class Readout {
  readonly #names: string[] = [];
  readonly #scalars: tf.Tensor[] = [];

  /** Adds a one-element tensor. */
  add(name: string, scalar: tf.Tensor): void {
    this.#names.push(name);
    this.#scalars.push(tf.reshape(scalar, [1]));
  }

  /** Waits for the step and gives every value by name. */
  read(): (name: string) => number {
    const values = tf.concat(this.#scalars as tf.Tensor1D[]).dataSync();
    const byName = new Map(this.#names.map((name, at) => [name, values[at]!]));
    return (name) => byName.get(name) ?? NaN;
  }
}
