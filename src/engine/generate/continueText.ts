/**
 * A language model writing on: the prompt is read once, then one token at a time is said and read, the state carried
 * all along. The same seed says the same, since the draws are Philox's, in the range that training never uses.
 */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { LanguageModel } from '../models/languageModel.ts';
import { evaluationCall, withDraws } from '../random/draws.ts';
import { fnv1a } from '../../shared/fnv1a.ts';
import { philoxWords } from '../../shared/philox.ts';
import { sampleToken, type Sampling } from './sampleToken.ts';

export interface Continuation extends Sampling {
  /** Ids of the tokens to begin after; at least one. */
  readonly prompt: Int32Array;
  readonly tokens: number;
  readonly seed: number;
}

/** How much of a long prompt is read at once. */
const CHUNK = 256;
const SITE = fnv1a('generate');

/** The ids that follow the prompt. The model is left in evaluation mode. Errors as in {@link sampleToken}. */
export async function continueText(model: LanguageModel, request: Continuation): Promise<number[]> {
  const { prompt, tokens, seed } = request;
  model.eval();
  model.reset();
  let call = 0;
  for (let at = 0; at < prompt.length - 1; at += CHUNK) {
    read(model, prompt.subarray(at, Math.min(at + CHUNK, prompt.length - 1)), seed, call++);
    await setImmediate();
  }
  const said: number[] = [];
  let last = prompt.at(-1)!;
  while (said.length < tokens) {
    const scores = scoresAfter(model, last, seed, call++);
    last = sampleToken(scores, request, uniform(seed, said.length));
    said.push(last);
    // Now and then, so that the process can be told to stop.
    if (said.length % 16 === 0) await setImmediate();
  }
  return said;
}

function read(model: LanguageModel, ids: Int32Array, seed: number, call: number): void {
  tf.tidy(() => {
    inEvaluation(seed, call, () => model.encoder.forward(tf.tensor2d(ids, [1, ids.length], 'int32')));
  });
}

function scoresAfter(model: LanguageModel, id: number, seed: number, call: number): Float32Array {
  return tf.tidy(() => {
    const { logits } = inEvaluation(seed, call, () => model.forward(tf.tensor2d([id], [1, 1], 'int32')));
    return logits.dataSync<'float32'>().slice();
  });
}

/** weight_drop.mode "always" draws here too, and never what a training step draws. */
function inEvaluation<T>(seed: number, call: number, fn: () => T): T {
  return withDraws({ seed, call: tf.tensor1d([evaluationCall(call) | 0], 'int32') }, fn);
}

/** The n-th number in [0, 1), 53 bits of a block of its own. */
function uniform(seed: number, n: number): number {
  const [high, low] = philoxWords(2, { seed, site: SITE, call: evaluationCall(n), repeat: 0 }) as unknown as [
    number,
    number,
  ];
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}
