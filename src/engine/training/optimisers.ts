/** Optimiser steps on parameters, written with tensors throughout: nothing here is read back or branched on. */
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../nn/parameter.ts';

export interface OptimiserSettings {
  optimizer: string;
  /** Weight decay: decoupled for adam, L2 for sgd. */
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

export interface Optimiser {
  /** Numbers derived from the rates, to be made into scalars once a step and layer group. */
  rates(rates: StepRates): Record<string, number>;
  /** The new value of one parameter; updates the slots. `gradient` is already clipped. */
  update(name: string, parameter: Parameter, gradient: tf.Tensor, rates: RateTensors): tf.Tensor;
  /** Slots by name for checkpoints. They stay the optimiser's. */
  state(): Map<string, tf.Tensor>;
  dispose(): void;
}

/** For "adam" or "sgd". Slots are made for these parameters at once, as zeros. */
export function makeOptimiser(settings: OptimiserSettings, parameters: ReadonlyMap<string, Parameter>): Optimiser {
  if (settings.optimizer === 'adam') return new Adam(settings, parameters);
  if (settings.optimizer === 'sgd') return new Sgd(settings);
  throw new Error(`optimizer ${settings.optimizer}: not available yet (one of adam, sgd)`);
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

  update(_name: string, { variable }: Parameter, gradient: tf.Tensor, { lr }: RateTensors): tf.Tensor {
    const decayed = this.#decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, this.#decay));
    return tf.sub(variable, tf.mul(decayed, lr!));
  }

  state(): Map<string, tf.Tensor> {
    return new Map();
  }

  dispose(): void {}
}

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

  update(name: string, { variable }: Parameter, gradient: tf.Tensor, rates: RateTensors): tf.Tensor {
    const { sqr_mom, eps } = this.#settings;
    const { momentum, rest, size, correction, keep } = rates;
    const { m, v } = this.#slots.get(name)!;
    m.assign(tf.add(tf.mul(m, momentum!), tf.mul(gradient, rest!)));
    v.assign(tf.add(tf.mul(v, sqr_mom), tf.mul(tf.square(gradient), 1 - sqr_mom)));
    const scale = tf.add(tf.sqrt(tf.mul(v, correction!)), eps);
    return tf.sub(tf.mul(variable, keep!), tf.mul(tf.div(m, scale), size!));
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
