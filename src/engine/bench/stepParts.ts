/** How long forward and backward take by themselves: captured where whole steps are, otherwise eagerly. */
import * as tf from '@tensorflow/tfjs-core';
import type { BenchMode, BenchSize } from '../../shared/benchContract.ts';
import { StepReplay } from '../capture/stepReplay.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { withDraws } from '../random/draws.ts';
import { globalNorm } from '../training/clip.ts';
import { languageModelLoss } from '../training/losses.ts';
import { Recording } from '../training/trainerRecording.ts';
import { stepGradients, stepInputs, type StepInputs } from '../training/trainerStep.ts';
import { squares } from '../kernels/reductions/reductions.ts';
import { benchBatch, benchSettings } from './benchModel.ts';
import { median } from './median.ts';

export interface PartTimes {
  /** Median milliseconds of the loss alone, and of the loss with all gradients and their norm. */
  readonly forward: number;
  readonly forwardAndBackward: number;
}

export function partTimes(model: LanguageModel, size: BenchSize, mode: BenchMode, rounds: number): PartTimes {
  const settings = benchSettings(size);
  const parameters = model.namedParameters();
  const inputsOf = (step: number): StepInputs => stepInputs({ model }, benchBatch(size, step), step, []);
  const forward = (inputs: StepInputs): tf.Tensor => {
    const draws = { seed: settings.seed, call: inputs.get('call') as tf.Tensor1D };
    const tokens = { input: inputs.get('input') as tf.Tensor2D, target: inputs.get('target') as tf.Tensor2D };
    return withDraws(draws, () => languageModelLoss(model, tokens, settings));
  };
  const backward = (inputs: StepInputs): tf.Tensor => {
    const recording = new Recording(1, 'train', benchBatch(size, 1));
    const gradients = stepGradients({ model, parameters, settings }, inputs, recording);
    recording.dispose();
    return globalNorm([...gradients.values()].map((gradient) => squares(gradient)));
  };
  const time = (run: (inputs: StepInputs) => tf.Tensor): number => {
    const once = (step: number): number => {
      const began = performance.now();
      tf.tidy(() => run(inputsOf(step)).dataSync());
      return performance.now() - began;
    };
    once(1);
    return median(Array.from({ length: rounds }, (_, at) => once(at + 2)));
  };
  model.train();
  if (mode === 'eager') return { forward: time(forward), forwardAndBackward: time(backward) };
  const variables = (): Map<string, tf.Variable> =>
    new Map([
      ...Array.from(parameters, ([name, { variable }]): [string, tf.Variable] => [name, variable]),
      ...([...model.encoder.state.named()] as [string, tf.Variable][]),
    ]);
  const captured = (run: (inputs: StepInputs) => tf.Tensor): number => {
    const replay = new StepReplay<null>(variables, () => undefined);
    const replayed = (inputs: StepInputs): tf.Tensor => {
      const compute = (inputs: StepInputs) => ({ labels: new Map([['value', run(inputs)]]), facts: null });
      const step = { key: 'part', inputs, otherInputs: () => inputsOf(99), compute };
      return replay.run(step, () => ({ labels: ['value'], before: [] }))?.values.get('value') ?? run(inputs);
    };
    const ms = time(replayed);
    replay.settle();
    replay.dispose();
    return ms;
  };
  return { forward: captured(forward), forwardAndBackward: captured(backward) };
}
