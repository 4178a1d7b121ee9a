/**
 * Which random words a mask site gets: the ambient draw context.
 * Inside a training step the call number is a declared input tensor (the step number); outside, in library use, every
 * site counts its own calls. Evaluation, MC and what-if draws live in a high range and never shift training masks.
 */
import * as tf from '@tensorflow/tfjs-core';

/** One draw: what the mask kernel needs to know besides shape and p. `call` is int32 of shape [1]. */
export interface Draw {
  seed: number;
  site: number;
  call: tf.Tensor1D;
  /** How often this site has drawn before within the same call; 0 for the first, as the contract's counter says. */
  repeat: number;
}

/** An explicit context: every site uses `call`, whatever it drew before. */
export interface DrawContext {
  seed: number;
  call: tf.Tensor1D;
}

const EVALUATION_RANGE = 0x80000000;

let librarySeed = 1;
let libraryCalls = new Map<number, number>();
let libraryEvaluations = new Map<number, number>();
let current: (DrawContext & { repeats: Map<number, number> }) | null = null;
let unnamedSites = 0;
let initialisations = 0;

/**
 * Restarts all library streams (masks, initial weights, ids of unnamed modules) from `seed`, an integer of 32 bits.
 * Call it before building a model to get the same weights and masks again.
 */
export function seed(value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`seed: ${value} is not usable; give an integer from 0 to 4294967295`);
  }
  librarySeed = value;
  libraryCalls = new Map();
  libraryEvaluations = new Map();
  unnamedSites = 0;
  initialisations = 0;
}

/** The call number of the n-th evaluation, MC or what-if draw; training steps never reach this range. */
export function evaluationCall(n: number): number {
  return (EVALUATION_RANGE | n) >>> 0;
}

/** Runs `fn` with every mask drawn for this seed and call. Contexts nest; the outer one comes back afterwards. */
export function withDraws<T>(context: DrawContext, fn: () => T): T {
  const outer = current;
  current = { ...context, repeats: new Map() };
  try {
    return fn();
  } finally {
    current = outer;
  }
}

/**
 * The next draw of a site in the ambient context; without one, draws in evaluation are counted apart from those in
 * training. The caller disposes `call` by its surrounding tidy.
 */
export function nextDraw(site: number, training = true): Draw {
  if (current) {
    const repeat = current.repeats.get(site) ?? 0;
    current.repeats.set(site, repeat + 1);
    return { seed: current.seed, site, call: current.call, repeat };
  }
  const counts = training ? libraryCalls : libraryEvaluations;
  const count = counts.get(site) ?? 0;
  counts.set(site, count + 1);
  const call = training ? count : evaluationCall(count);
  return { seed: librarySeed, site, call: tf.tensor1d([call | 0], 'int32'), repeat: 0 };
}

/** A site id for a module that has no name of its own. */
export function unnamedSite(): number {
  return unnamedSites++;
}

/** Key of the next initial weight: in construction order, apart from every mask stream by its call number. */
export function nextInitialisation(): { seed: number; site: number; call: number; repeat: number } {
  return { seed: librarySeed, site: initialisations++, call: 0xffffffff, repeat: 0xffffffff };
}
