/**
 * The dropout mask as an operation: Bernoulli(1-p) / (1-p) from Philox4x32-10, two 16-bit uniforms a word, low half
 * first, dropped where u16 < round(p * 65536). The same bits on every backend. No gradient flows into a mask.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Draw } from '../../random/draws.ts';
import { registerOnBackends } from '../registerOnBackends.ts';
import { maskOnHost } from './host.ts';
import { maskOnTensorflow } from './tensorflow.ts';
import { maskOnWasm } from './wasm.ts';

const KERNEL = 'DropscopeMask';

/** Attributes of the kernel; its one input is `call`, int32 of shape [1]. */
export interface MaskAttributes {
  shape: number[];
  threshold: number;
  scale: number;
  seed: number;
  site: number;
  repeat: number;
}

registerOnBackends(KERNEL, { cpu: maskOnHost, wasm: maskOnWasm, tensorflow: maskOnTensorflow });

/** Refuses a drop probability outside [0, 1]; `what` names the place in the message. */
export function checkProbability(p: number, what: string): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${what}: drop probability ${p} is outside [0, 1]`);
  return p;
}

/** A mask of `shape`, values exactly 0 or fround(1/(1-p)); p = 0 gives ones, p = 1 zeros. */
export function bernoulliMask(shape: number[], p: number, draw: Draw): tf.Tensor {
  const threshold = Math.round(p * 65536);
  if (p === 0) return tf.ones(shape);
  if (threshold >= 65536) return tf.zeros(shape);
  const { seed, site, repeat } = draw;
  const attrs = { shape, threshold, scale: Math.fround(1 / (1 - p)), seed, site, repeat };
  return tf.engine().runKernel(KERNEL, { call: draw.call }, attrs);
}
