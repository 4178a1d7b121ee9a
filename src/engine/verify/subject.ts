/** What `verify` examines: any module tree with places where dropout happens, and a way to run it. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Module } from '../nn/module.ts';

/** One place where a mask is drawn, and what is promised about it. */
export interface ExaminedSite {
  /** Name of its mask, as published by the module. */
  readonly name: string;
  /** Drop probability. */
  readonly p: number;
  /** Axes, in words and with sizes, of the tensor that the mask multiplies. */
  readonly axes: readonly { readonly axis: string; readonly size: number }[];
  /** Along which of them one draw is shared. */
  readonly constantAlong: readonly string[];
  /** For a dropped weight: its parameter, the tensor that is derived from it, and when it is dropped. */
  readonly weight?: { readonly raw: string; readonly derived: string; readonly mode: 'training' | 'always' | 'off' };
}

export interface Subject {
  readonly module: Module;
  readonly seed: number;
  readonly sites: readonly ExaminedSite[];
  /** One forward pass over the same tokens from the same state, to a scalar loss. */
  loss(): tf.Tensor;
}
