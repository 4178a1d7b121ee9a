/** Cross-entropy on held-out batches, and the proof that evaluation repeats itself. Leaves the model as it was. */
import * as tf from '@tensorflow/tfjs-core';
import type { LanguageModel } from '../models/languageModel.ts';
import { withObserver } from '../nn/observe.ts';
import { evaluationCall, withDraws } from '../random/draws.ts';
import { languageModelLoss } from './losses.ts';
import { batchTensors, type TokenBatch } from './trainerBatch.ts';

export interface Evaluation {
  /** Mean over all targets, in nats; perplexity is exp(ce). NaN when there was no batch. */
  ce: number;
  /** Two passes over the first batch, compared bit by bit, and by how much they differ at most. */
  cleanEval: { identical: boolean; firstDifferent: string | null; largestDifference: number };
}

/** An evaluation batch by batch, so that other things can be done meanwhile. Returning early leaves the model as it was. */
export type Passes = Generator<undefined, Evaluation | null>;

const NO_REGULARISERS = { alpha: 0, beta: 0 };

/** Evaluates from a zero state; carried state and mode come back at the end, and no training mask shifts. */
export function* evaluationPasses(model: LanguageModel, batches: Iterable<TokenBatch>, seed: number): Passes {
  const bringBack = setAside(model);
  try {
    let total = 0;
    let targets = 0;
    let call = 0;
    let cleanEval: Evaluation['cleanEval'] = { identical: true, firstDifferent: null, largestDifference: 0 };
    for (const batch of batches) {
      if (call === 0) {
        cleanEval = compared(observedPass(model, batch, seed, call++), observedPass(model, batch, seed, call++));
        model.reset();
      }
      total += pass(model, batch, seed, call++) * batch.target.length;
      targets += batch.target.length;
      yield;
    }
    return { ce: total / targets, cleanEval };
  } finally {
    bringBack();
  }
}

/** All passes of an evaluation in one go. */
export function inOneGo(passes: Passes): Evaluation {
  for (;;) {
    const { done, value } = passes.next();
    if (done && value) return value;
  }
}

/** Runs `fn` in evaluation mode from a zero state, then brings back mode and state. */
export function undisturbed<T>(model: LanguageModel, fn: () => T): T {
  const bringBack = setAside(model);
  try {
    return fn();
  } finally {
    bringBack();
  }
}

/** Puts the model into evaluation mode with a zero state; what is returned brings back mode and state. */
function setAside(model: LanguageModel): () => void {
  const { state } = model.encoder;
  const { training } = model;
  const carried = new Map(Array.from(state.named(), ([name, tensor]) => [name, tf.keep(tf.clone(tensor))]));
  model.eval();
  model.reset();
  return () => {
    if (training) model.train();
    state.restore(carried);
    for (const tensor of carried.values()) tensor.dispose();
  };
}

function pass(model: LanguageModel, batch: TokenBatch, seed: number, call: number): number {
  return tf.tidy(() => {
    const tokens = batchTensors(batch, model.encoder.encoder.vocabulary);
    const draws = { seed, call: tf.tensor1d([evaluationCall(call) | 0], 'int32') };
    return withDraws(draws, () => languageModelLoss(model, tokens, NO_REGULARISERS)).dataSync()[0]!;
  });
}

/** The values of everything published in one pass from a zero state, in the order of computation. */
function observedPass(model: LanguageModel, batch: TokenBatch, seed: number, call: number): Map<string, Float32Array> {
  const seen = new Map<string, Float32Array>();
  const observer = (name: string, tensor: tf.Tensor): void => void seen.set(name, tensor.dataSync<'float32'>().slice());
  model.reset();
  withObserver(observer, () => pass(model, batch, seed, call));
  return seen;
}

function compared(one: Map<string, Float32Array>, other: Map<string, Float32Array>): Evaluation['cleanEval'] {
  const bits = (values: Float32Array): Int32Array => new Int32Array(values.buffer, values.byteOffset, values.length);
  let firstDifferent: string | null = null;
  let largestDifference = 0;
  for (const [name, values] of one) {
    const again = other.get(name) ?? new Float32Array();
    const [left, right] = [bits(values), bits(again)];
    if (left.length === right.length && left.every((word, at) => word === right[at])) continue;
    firstDifferent ??= name;
    for (let at = 0; at < values.length; at++) {
      largestDifference = Math.max(largestDifference, Math.abs(values[at]! - (again[at] ?? NaN)));
    }
  }
  return { identical: firstDifferent === null, firstDifferent, largestDifference };
}
