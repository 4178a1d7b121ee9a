/** The scalars of a step: gathered on the backend as one vector and read back once. */
import * as tf from '@tensorflow/tfjs-core';

export class Readout {
  readonly names: string[] = [];
  readonly #scalars: tf.Tensor[] = [];

  /** Adds a one-element tensor. */
  add(name: string, scalar: tf.Tensor): void {
    this.names.push(name);
    this.#scalars.push(tf.reshape(scalar, [1]));
  }

  /** All of them, in the order of `names`. */
  vector(): tf.Tensor1D {
    return tf.concat(this.#scalars as tf.Tensor1D[]);
  }
}

/** Numbers of a step by name; NaN for one that was not read. */
export type StepValues = (name: string) => number;

export function namedValues(
  vectors: readonly { readonly names: readonly string[]; readonly numbers: Float32Array }[],
): StepValues {
  const byName = new Map(
    vectors.flatMap(({ names, numbers }) => names.map((name, at): [string, number] => [name, numbers[at]!])),
  );
  return (name) => byName.get(name) ?? NaN;
}
