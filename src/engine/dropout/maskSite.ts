/** A place where a mask is drawn: it knows its random stream, takes a given mask instead, and publishes what it used. */
import * as tf from '@tensorflow/tfjs-core';
import { bernoulliMask } from '../kernels/mask/mask.ts';
import { observe } from '../nn/observe.ts';
import { nextDraw, unnamedSite } from '../random/draws.ts';
import { fnv1a } from '../../shared/fnv1a.ts';
import { givenMask } from './givenMasks.ts';

export class MaskSite {
  #unnamed: number | null = null;

  /** True when the site of that name has something to do: a chance of dropping, or a mask given. */
  acts(name: string, p: number): boolean {
    return p > 0 || givenMask(name || 'mask') !== null;
  }

  /**
   * The mask of this call. `name` is empty for a module on its own, whose stream is numbered instead. Draws in evaluation
   * (Monte Carlo) never shift those of training.
   */
  mask(name: string, shape: number[], p: number, training = true): tf.Tensor {
    const mask = givenMask(name || 'mask') ?? bernoulliMask(shape, p, nextDraw(this.#streamId(name), training));
    if (!tf.util.arraysEqual(mask.shape, shape)) {
      throw new Error(
        `mask ${name || 'mask'}: its shape is [${mask.shape.join(', ')}], this site needs [${shape.join(', ')}]`,
      );
    }
    observe(`mask/${name || 'mask'}`, mask);
    return mask;
  }

  #streamId(name: string): number {
    if (name) return fnv1a(name);
    this.#unnamed ??= unnamedSite();
    return this.#unnamed;
  }
}
