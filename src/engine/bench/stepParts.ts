/** How long forward and backward take by themselves: captured where whole steps are, otherwise eagerly. */
import * as tf from '@tensorflow/tfjs-core';
import type { BenchDimensions, BenchMode } from '../../shared/benchContract.ts';
import { type Inputs, inputTensors, type Tensors } from '../capture/capturedStep.ts';
import { StepReplay } from '../capture/stepReplay.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { Parameter } from '../nn/parameter.ts';
import { withDraws } from '../random/draws.ts';
import { globalNorm } from '../training/clip.ts';
import { languageModelLoss } from '../training/losses.ts';
import { Recording } from '../training/trainerRecording.ts';
import { stepGradients, stepInputs } from '../training/trainerStep.ts';
import { squares } from '../kernels/reductions/reductions.ts';
import { benchBatch, benchSettings } from './benchModel.ts';

/** Shares of a step's time; they add up to 1. */
export interface PartShares {
  readonly forward: number;
  readonly backward: number;
  readonly update: number;
}

/**
 * Forward alone, forward with backward and norm, and a whole step, in alternated rounds; of each the fastest counts, since
 * whatever else the machine does only makes them slower. `wholeStep` runs one and gives its milliseconds.
 */
export function partShares(
  model: LanguageModel,
  sizes: BenchDimensions,
  mode: BenchMode,
  rounds: number,
  wholeStep: () => number,
): PartShares {
  const settings = benchSettings(sizes);
  const parameters = model.namedParameters();
  const inputsOf = (step: number): Inputs => stepInputs({ model }, benchBatch(sizes, step), step, []);
  const forward = (inputs: Tensors): tf.Tensor => {
    const draws = { seed: settings.seed, call: inputs.get('call') as tf.Tensor1D };
    const tokens = { input: inputs.get('input') as tf.Tensor2D, target: inputs.get('target') as tf.Tensor2D };
    return withDraws(draws, () => languageModelLoss(model, tokens, settings));
  };
  const backward = (inputs: Tensors): tf.Tensor => {
    const recording = new Recording(1, 'train', benchBatch(sizes, 1));
    const gradients = stepGradients({ model, parameters, settings }, inputs, recording);
    recording.dispose();
    return globalNorm([...gradients.values()].map((gradient) => squares(gradient)));
  };
  model.train();
  const replays: StepReplay<null>[] = [];
  /** As one native call where whole steps are. */
  const asStepsAre = (run: (inputs: Tensors) => tf.Tensor): ((inputs: Inputs) => void) => {
    const eager = (inputs: Inputs): void => void run(inputTensors(inputs)).dataSync();
    if (mode === 'eager') return eager;
    const replay = new StepReplay<null>(
      () => new Map([...variablesOf(parameters), ...model.encoder.state.named()] as [string, tf.Variable][]),
      () => undefined,
    );
    replays.push(replay);
    const compute = (inputs: Tensors) => ({ labels: new Map([['value', run(inputs)]]), facts: null });
    return (inputs) => {
      const step = { key: 'part', inputs, otherInputs: () => inputsOf(99), compute };
      if (!replay.run(step, () => ({ numbers: ['value'], tensors: [], keep: 'nothing' }))) eager(inputs);
    };
  };
  const timed = (run: (inputs: Inputs) => void) => (): number => {
    const began = performance.now();
    tf.tidy(() => {
      run(inputsOf(1));
    });
    return performance.now() - began;
  };
  const contenders = [timed(asStepsAre(forward)), timed(asStepsAre(backward)), wholeStep];
  for (const run of contenders) run(); // what is prepared once
  const fastest = contenders.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [at, run] of contenders.entries()) fastest[at] = Math.min(fastest[at]!, run());
  }
  for (const replay of replays) replay.dispose();
  const [alone, both, whole] = fastest as [number, number, number];
  const upTo = (share: number): number => Math.min(1, share / whole);
  return {
    forward: upTo(alone),
    backward: upTo(Math.max(alone, both)) - upTo(alone),
    update: 1 - upTo(Math.max(alone, both)),
  };
}

function variablesOf(parameters: ReadonlyMap<string, Parameter>): [string, tf.Variable][] {
  return Array.from(parameters, ([name, { variable }]) => [name, variable]);
}
