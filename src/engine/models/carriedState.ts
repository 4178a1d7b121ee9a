/**
 * The hidden state a model carries from one call to the next: value kept, graph cut. Held in tf.Variables, so that a
 * step changes it by assignment only.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { HiddenState } from '../nn/lstm.ts';

/** h and c of one layer as variables, [directions, B, H]. */
interface CarriedLayer {
  h: tf.Variable;
  c: tf.Variable;
}

export class CarriedState {
  readonly #directions: number;
  readonly #sizes: readonly number[];
  #layers: CarriedLayer[] = [];
  #batch = 0;

  /** `sizes`: hidden units of each layer and direction. Starts as zeros for a batch of one. */
  constructor(directions: number, sizes: readonly number[]) {
    this.#directions = directions;
    this.#sizes = sizes;
    this.zero(1);
  }

  get batch(): number {
    return this.#batch;
  }

  get layers(): readonly HiddenState[] {
    return this.#layers;
  }

  /** Zeros for a batch of `batch` rows. */
  zero(batch = this.#batch): void {
    this.#replace(
      this.#sizes.map((size) => ({
        h: tf.zeros([this.#directions, batch, size]),
        c: tf.zeros([this.#directions, batch, size]),
      })),
    );
  }

  /** Another batch size: the first rows stay, rows that are new begin at zero. */
  resize(batch: number): void {
    if (batch === this.#batch) return;
    const fit = (x: tf.Tensor): tf.Tensor => {
      const kept = Math.min(batch, this.#batch);
      const rows = tf.slice(x, [0, 0, 0], [this.#directions, kept, x.shape[2]!]);
      return tf.pad(rows, [
        [0, 0],
        [0, batch - kept],
        [0, 0],
      ]);
    };
    this.#replace(this.#layers.map(({ h, c }) => ({ h: fit(h), c: fit(c) })));
  }

  /** Rows in another order, or some of them, or some twice. */
  select(rows: readonly number[]): void {
    const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= this.#batch);
    if (wrong !== undefined) throw new RangeError(`selectHidden: row ${wrong} is not in a batch of ${this.#batch}`);
    const index = tf.tensor1d([...rows], 'int32');
    this.#replace(this.#layers.map(({ h, c }) => ({ h: tf.gather(h, index, 1), c: tf.gather(c, index, 1) })));
    index.dispose();
  }

  /** The state to start layer `index` from; not the variables themselves, which change before the backward pass. */
  read(index: number): HiddenState {
    const { h, c } = this.#layers[index]!;
    return { h: tf.clone(h), c: tf.clone(c) };
  }

  carry(index: number, { h, c }: HiddenState): void {
    const layer = this.#layers[index]!;
    layer.h.assign(h);
    layer.c.assign(c);
  }

  /** All values by name, `hidden/L.h` and `hidden/L.c`. They stay this object's. */
  named(): Map<string, tf.Tensor> {
    return new Map(
      this.#layers.flatMap(({ h, c }, index): [string, tf.Tensor][] => [
        [`hidden/${index}.h`, h],
        [`hidden/${index}.c`, c],
      ]),
    );
  }

  /** Takes over values of `named()`, of any batch size; the tensors given remain the caller's. */
  restore(values: ReadonlyMap<string, tf.Tensor>): void {
    const value = (name: string, size: number): tf.Tensor => {
      const found = values.get(name);
      if (!found) throw new Error(`hidden state: ${name} is missing`);
      const [directions, , units] = found.shape;
      if (found.rank !== 3 || directions !== this.#directions || units !== size) {
        throw new Error(
          `hidden state: ${name} is [${found.shape.join(', ')}], this model has [${this.#directions}, B, ${size}]`,
        );
      }
      return tf.clone(found);
    };
    this.#replace(
      this.#sizes.map((size, index) => ({ h: value(`hidden/${index}.h`, size), c: value(`hidden/${index}.c`, size) })),
    );
  }

  dispose(): void {
    for (const { h, c } of this.#layers) {
      h.dispose();
      c.dispose();
    }
    this.#layers = [];
  }

  /** Takes the tensors over. */
  #replace(values: HiddenState[]): void {
    const layers = values.map(({ h, c }) => ({ h: tf.variable(h, false), c: tf.variable(c, false) }));
    for (const { h, c } of values) {
      h.dispose();
      c.dispose();
    }
    this.dispose();
    this.#layers = layers;
    this.#batch = layers[0]?.h.shape[1] ?? 0;
  }
}
