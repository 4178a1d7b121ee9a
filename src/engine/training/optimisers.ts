/** Optimiser steps on parameters, written with tensors throughout: nothing here is read back or branched on. */
import * as tf from '@tensorflow/tfjs-core';
import { adamStep } from '../kernels/adam/adam.ts';
import { squares } from '../kernels/reductions/reductions.ts';
import type { Parameter } from '../nn/parameter.ts';

export interface OptimiserSettings {
  optimizer: string;
  /** Weight decay: decoupled for adam, L2 for sgd and nt-asgd. */
  wd: number;
  /** Adam's average of squared gradients. */
  sqr_mom: number;
  eps: number;
}

/** What changes from step to step; becomes declared input tensors. */
export interface StepRates {
  /** Counted from 1. */
  step: number;
  /** Of this parameter's layer group. */
  lr: number;
  /** Adam's average of gradients (beta1). */
  momentum: number;
}

/** The rates of one layer group as scalars on the backend. */
export type RateTensors = Readonly<Record<string, tf.Scalar>>;

export interface Update {
  parameter: tf.Tensor;
  /** Squares of the change, summed; a scalar. */
  moved: tf.Tensor;
}

export interface Optimiser {
  /** Numbers derived from the rates, to be made into scalars once a step and layer group. */
  rates(rates: StepRates): Record<string, number>;
  /** The new value of one parameter; updates the slots. `factor` is the clip, which the gradient is multiplied by. */
  update(name: string, parameter: Parameter, gradient: tf.Tensor, factor: tf.Scalar, rates: RateTensors): Update;
  /** Slots by name for checkpoints. They stay the optimiser's. */
  state(): Map<string, tf.Tensor>;
  dispose(): void;
}

/**
 * For "adam", "sgd" or "nt-asgd", which steps as sgd and is averaged apart (weightAverage.ts). Slots are made for these
 * parameters at once, as zeros.
 */
export function makeOptimiser(settings: OptimiserSettings, parameters: ReadonlyMap<string, Parameter>): Optimiser {
  if (settings.optimizer === 'adam') return new Adam(settings, parameters);
  if (settings.optimizer === 'sgd' || settings.optimizer === 'nt-asgd') return new Sgd(settings);
  throw new Error(`optimizer ${settings.optimizer}: there is none of that name (one of adam, sgd, nt-asgd)`);
}

/** p -= lr * (g + wd * p); no momentum, as in the paper. */
class Sgd implements Optimiser {
  readonly #decay: number;

  constructor({ wd }: OptimiserSettings) {
    this.#decay = wd;
  }

  rates({ lr }: StepRates): Record<string, number> {
    return { lr };
  }

  update(_name: string, { variable }: Parameter, gradient: tf.Tensor, factor: tf.Scalar, { lr }: RateTensors): Update {
    const clipped = tf.mul(gradient, factor);
    const decayed = this.#decay === 0 ? clipped : tf.add(clipped, tf.mul(variable, this.#decay));
    const change = tf.mul(decayed, lr!);
    return { parameter: tf.sub(variable, change), moved: squares(change) };
  }

  state(): Map<string, tf.Tensor> {
    return new Map();
  }

  dispose(): void {}
}

type AdamRates = Record<'momentum' | 'rest' | 'size' | 'correction' | 'keep', tf.Scalar>;

interface Slots {
  /** Decaying average of gradients, and of their squares. */
  m: tf.Variable;
  v: tf.Variable;
}

/** Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). */
class Adam implements Optimiser {
  readonly #settings: OptimiserSettings;
  readonly #slots = new Map<string, Slots>();

  constructor(settings: OptimiserSettings, parameters: ReadonlyMap<string, Parameter>) {
    this.#settings = settings;
    for (const [name, { shape }] of parameters) {
      const slot = (): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
      this.#slots.set(name, { m: slot(), v: slot() });
    }
  }

  rates({ step, lr, momentum }: StepRates): Record<string, number> {
    const { wd, sqr_mom } = this.#settings;
    return {
      momentum,
      rest: 1 - momentum,
      size: lr / (1 - momentum ** step),
      correction: 1 / (1 - sqr_mom ** step),
      keep: 1 - lr * wd,
    };
  }

  update(name: string, { variable }: Parameter, gradient: tf.Tensor, factor: tf.Scalar, rates: RateTensors): Update {
    const { sqr_mom: squareMomentum, eps: epsilon } = this.#settings;
    const { m, v } = this.#slots.get(name)!;
    const { momentum, rest, size, correction, keep } = rates as Record<string, tf.Scalar> as AdamRates;
    const step = adamStep(
      { parameter: variable, gradient, m, v, factor, momentum, rest, size, correction, keep },
      { squareMomentum, epsilon, decays: this.#settings.wd !== 0 },
    );
    m.assign(step.m);
    v.assign(step.v);
    return step;
  }

  state(): Map<string, tf.Tensor> {
    return new Map(
      Array.from(this.#slots, ([name, { m, v }]): [string, tf.Tensor][] => [
        [`optimiser/m/${name}`, m],
        [`optimiser/v/${name}`, v],
      ]).flat(),
    );
  }

  dispose(): void {
    for (const { m, v } of this.#slots.values()) {
      m.dispose();
      v.dispose();
    }
  }
}
