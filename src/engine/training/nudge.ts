/** Whether the output follows what is learned: each raw weight is nudged in evaluation mode, on a piece of a batch. */
import * as tf from '@tensorflow/tfjs-core';
import { WeightDropout } from '../dropout/weightDropout.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { evaluationCall, withDraws } from '../random/draws.ts';
import { undisturbed } from './evaluate.ts';
import type { TokenBatch } from './trainerBatch.ts';

/** Large beside a float's last bit, small beside a weight. */
const NUDGE = 0.01;
/** A state needs two time steps to pass through a recurrent weight; a few more show it better. */
const MOST_ROWS = 2;
const MOST_STEPS = 8;

/** By parameter name: the largest change of any score when all of the weight is moved by NUDGE. The weights come back. */
export function nudgedOutputs(model: LanguageModel, batch: TokenBatch, seed: number): Record<string, number> {
  const layers = [...model.namedModules().values()].filter((module) => module instanceof WeightDropout);
  return undisturbed(model, () => {
    const before = scores(model, batch, seed);
    const nudged = layers.flatMap((layer) =>
      layer.layerNames.map((name): [string, number] => {
        const parameter = layer.raw(name);
        const own = tf.clone(parameter.variable);
        try {
          tf.tidy(() => parameter.assign(tf.add(own, NUDGE)));
          return [layer.nameOf(`${name}_raw`), largestDifference(before, scores(model, batch, seed))];
        } finally {
          parameter.assign(own);
          own.dispose();
        }
      }),
    );
    return Object.fromEntries(nudged);
  });
}

function scores(model: LanguageModel, { input, rows, length }: TokenBatch, seed: number): Float32Array {
  const [few, steps] = [Math.min(rows, MOST_ROWS), Math.min(length, MOST_STEPS)];
  const ids = Array.from({ length: few }, (_, row) => [...input.subarray(row * length, row * length + steps)]);
  model.reset();
  const logits = tf.tidy(() => {
    const draws = { seed, call: tf.tensor1d([evaluationCall(0) | 0], 'int32') };
    return withDraws(draws, () => model.forward(tf.tensor2d(ids, [few, steps], 'int32'))).logits;
  });
  // Not within the tidy, which would look for tensors in every single value it is given back.
  const values = logits.dataSync<'float32'>().slice();
  logits.dispose();
  return values;
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  let largest = 0;
  for (let at = 0; at < one.length; at++) largest = Math.max(largest, Math.abs(one[at]! - other[at]!));
  return largest;
}
