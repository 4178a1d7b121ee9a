/**
 * The one way modules publish what happens inside them: masks, derived weights, activations, gradients over time.
 * Free when nobody listens.
 */
import type * as tf from '@tensorflow/tfjs-core';

/**
 * Receives a tensor under its name of contracts.md section 4. The tensor is the module's: an observer clones and keeps
 * what it wants to hold. Returns nothing, so that it cannot change the computation.
 */
export type Observer = (name: string, tensor: tf.Tensor) => void;

let current: Observer | null = null;

/** Runs `fn` while `observer` hears every published tensor. */
export function withObserver<T>(observer: Observer, fn: () => T): T {
  const outer = current;
  current = observer;
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/** The observer at this moment: a backward pass runs later than the forward pass that was watched. */
export function currentObserver(): Observer | null {
  return current;
}

export function observe(name: string, tensor: tf.Tensor): void {
  current?.(name, tensor);
}
