/** y = x Wᵀ + b. */
import type * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear/linear.ts';
import { uniform } from '../random/uniform.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

export interface LinearOptions {
  /** Default true. */
  bias?: boolean;
  /** A parameter to share (tie) instead of an own weight, [outputs, inputs]. */
  weight?: Parameter;
}

/** Parameters `weight` [outputs, inputs] and `bias` [outputs], uniform within 1/sqrt(inputs). */
export class Linear extends Module {
  readonly #hasBias: boolean;

  constructor(inputs: number, outputs: number, { bias = true, weight }: LinearOptions = {}) {
    super();
    const bound = 1 / Math.sqrt(inputs);
    if (weight && (weight.shape[0] !== outputs || weight.shape[1] !== inputs)) {
      throw new Error(
        `Linear(${inputs}, ${outputs}) cannot share a weight of shape [${weight.shape.join(', ')}]; it needs [${outputs}, ${inputs}]`,
      );
    }
    this.addParameter('weight', weight ?? new Parameter(uniform([outputs, inputs], bound)));
    this.#hasBias = bias;
    if (bias) this.addParameter('bias', new Parameter(uniform([outputs], bound)));
  }

  /** x [..., inputs] to [..., outputs]. */
  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.weight('weight'), this.#hasBias ? this.weight('bias') : null);
  }
}
