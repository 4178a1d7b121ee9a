/**
 * Locked (variational) dropout of activations: one mask a call, the same at every time step, independent for each batch
 * row and each feature. Gal and Ghahramani 2016; fastai's RNNDropout.
 */
import * as tf from '@tensorflow/tfjs-core';
import { checkProbability } from '../kernels/mask/mask.ts';
import { Module } from '../nn/module.ts';
import { observe } from '../nn/observe.ts';
import { MaskSite } from './maskSite.ts';

export class RNNDropout extends Module {
  /** The axis along which the mask is constant. */
  readonly timeAxis: number;
  #p: number;
  readonly #site = new MaskSite();

  /** p in [0, 1]; timeAxis 1 for [B, T, ...] (the default), 0 for [T, B, ...]. */
  constructor(p = 0.5, { timeAxis = 1 }: { timeAxis?: number } = {}) {
    super();
    this.#p = checkProbability(p, 'RNNDropout');
    if (!Number.isInteger(timeAxis) || timeAxis < 0)
      throw new RangeError(
        `RNNDropout: the time axis is ${timeAxis}, it must be 1 for [B, T, ...] or 0 for [T, B, ...]`,
      );
    this.timeAxis = timeAxis;
  }

  get p(): number {
    return this.#p;
  }

  /** Takes effect on the next forward. */
  set p(p: number) {
    this.#p = checkProbability(p, this.path || 'RNNDropout');
  }

  /** x of any rank that has the time axis; in evaluation, or with p = 0, x itself. */
  forward(x: tf.Tensor): tf.Tensor {
    if (this.timeAxis >= x.rank)
      throw new Error(
        `RNNDropout: the time axis is ${this.timeAxis}, the input [${x.shape.join(', ')}] has no such axis`,
      );
    const dropped = this.training && this.#site.acts(this.path, this.p) ? this.#drop(x) : x;
    if (this.path) observe(`activation/${this.path}`, dropped);
    return dropped;
  }

  #drop(x: tf.Tensor): tf.Tensor {
    const shape = x.shape.map((size, axis) => (axis === this.timeAxis ? 1 : size));
    return tf.tidy(() => tf.mul(x, this.#site.mask(this.path, shape, this.p)));
  }
}
