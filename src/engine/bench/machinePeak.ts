/**
 * What the machine can do at most on the threads in use: one large product, again and again between the rounds of a
 * measurement, so that the best of them saw the same load as the steps did.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear/linear.ts';

/** Shorter products would time their beginning and end; longer ones are more often disturbed. */
const LONG_ENOUGH_MS = 15;
const REPETITIONS = 8;

export class MachinePeak {
  /** The best of each time it was measured, in 1e9 operations a second. */
  readonly rounds: number[] = [];
  #side = 256;

  get best(): number {
    return Math.max(...this.rounds);
  }

  measure(): void {
    while (this.#side < 2048 && this.#productMs() < LONG_ENOUGH_MS) this.#side *= 2;
    const fastest = Math.min(...Array.from({ length: REPETITIONS }, () => this.#productMs()));
    this.rounds.push((2 * this.#side ** 3) / fastest / 1e6);
  }

  #productMs(): number {
    return tf.tidy(() => {
      const matrix = tf.ones([this.#side, this.#side]);
      linear(matrix, matrix, null); // the first may have to make memory
      const began = performance.now();
      linear(matrix, matrix, null).dataSync();
      return performance.now() - began;
    });
  }
}
