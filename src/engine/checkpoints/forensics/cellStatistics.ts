/** Facts about one tensor, from its values piece by piece, so that a file of any size is examined in little memory. */
import type { TensorStatistics } from '../../../shared/checkpointContract.ts';

export class CellStatistics {
  #finite = 0;
  #mean = 0;
  /** Sum of squared distances from the mean. */
  #spread = 0;
  #squares = 0;
  #min = Infinity;
  #max = -Infinity;
  #zeros = 0;
  #nonFinite = 0;

  add(piece: Float32Array): void {
    let finite = 0;
    let sum = 0;
    for (let at = 0; at < piece.length; at++) {
      const value = piece[at]!;
      if (value === 0) this.#zeros++;
      if (!Number.isFinite(value)) this.#nonFinite++;
      else {
        finite++;
        sum += value;
        this.#squares += value * value;
        if (value < this.#min) this.#min = value;
        if (value > this.#max) this.#max = value;
      }
    }
    if (finite === 0) return;
    const mean = sum / finite;
    let spread = 0;
    for (let at = 0; at < piece.length; at++) {
      const value = piece[at]!;
      if (Number.isFinite(value)) spread += (value - mean) ** 2;
    }
    // Chan, Golub and LeVeque (1979): two groups' means and spreads give those of both together.
    const all = this.#finite + finite;
    const apart = mean - this.#mean;
    this.#spread += spread + (apart * apart * this.#finite * finite) / all;
    this.#mean += (apart * finite) / all;
    this.#finite = all;
  }

  result(): TensorStatistics {
    const some = this.#finite > 0;
    return {
      mean: some ? this.#mean : null,
      std: some ? Math.sqrt(this.#spread / this.#finite) : null,
      min: some ? this.#min : null,
      max: some ? this.#max : null,
      norm: some ? Math.sqrt(this.#squares) : null,
      zeros: this.#zeros,
      nonFinite: this.#nonFinite,
    };
  }
}
