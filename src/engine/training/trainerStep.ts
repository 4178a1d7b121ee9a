/**
 * A training step as a computation from declared inputs: forward, backward, clip, update. Nothing here is read back or
 * branched on, so that a backend may record it and run it again (rules: the model's code keeps them too).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { InputValue, Tensors } from '../capture/capturedStep.ts';
import { squares, notZero } from '../kernels/reductions/reductions.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { maskSites } from '../models/maskSites.ts';
import { withObserver } from '../nn/observe.ts';
import type { Parameter } from '../nn/parameter.ts';
import { withDraws } from '../random/draws.ts';
import { clipFactor, globalNorm } from './clip.ts';
import type { LayerGroups } from './layerGroups.ts';
import { languageModelLoss } from './losses.ts';
import type { Optimiser, RateTensors } from './optimisers.ts';
import { checkBatch, type TokenBatch } from './trainerBatch.ts';
import { Readout } from './trainerReadout.ts';
import type { Recording } from './trainerRecording.ts';
import type { WeightAverage } from './weightAverage.ts';

/** What is known of a step before its numbers are read. */
export interface StepFacts {
  /** Names of the numbers in each of the two vectors a step gives. */
  readonly line: readonly string[];
  readonly details: readonly string[];
  /** Parameters that a gradient reached. */
  readonly reached: ReadonlySet<string>;
  /** Masks that were drawn: drop probability and number of independent draws. */
  readonly sites: readonly { readonly name: string; readonly p: number; readonly draws: number }[];
}

/** A step that was computed: loss and norms in `line`, what there is for each parameter and mask in `details`. */
export interface ComputedStep {
  readonly line: tf.Tensor1D;
  readonly details: tf.Tensor1D;
  readonly facts: StepFacts;
}

export interface StepParts {
  readonly model: LanguageModel;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly groups: LayerGroups;
  readonly optimiser: Optimiser;
  readonly settings: { alpha: number; beta: number; clip: number; seed: number };
}

/**
 * Inputs by name: tokens, the call number of the masks, and the rates of each layer group. Throws when the batch does not fit
 * the model.
 */
export function stepInputs(
  { model }: Pick<StepParts, 'model'>,
  batch: TokenBatch,
  step: number,
  rates: readonly Record<string, number>[],
): Map<string, InputValue> {
  checkBatch(batch, model.encoder.encoder.vocabulary);
  const { input, target, rows, length } = batch;
  const tokens = (values: Int32Array): InputValue => ({ dtype: 'int32', shape: [rows, length], values });
  const scalars = rates.flatMap((group, index) =>
    Object.entries(group).map(([name, rate]): [string, InputValue] => [
      `rate/${index}/${name}`,
      { dtype: 'float32', shape: [], values: Float32Array.of(rate) },
    ]),
  );
  return new Map<string, InputValue>([
    ['input', tokens(input)],
    ['target', tokens(target)],
    ['call', { dtype: 'int32', shape: [1], values: Int32Array.of(step) }],
    ...scalars,
  ]);
}

/** Forward and backward; `recording` holds what is published. Gives gradients by parameter name; those that got one. */
export function stepGradients(
  { model, parameters, settings }: Pick<StepParts, 'model' | 'parameters' | 'settings'>,
  inputs: Tensors,
  recording: Recording,
): Map<string, tf.Tensor> {
  const tokens = { input: inputs.get('input') as tf.Tensor2D, target: inputs.get('target') as tf.Tensor2D };
  const draws = { seed: settings.seed, call: inputs.get('call') as tf.Tensor1D };
  for (const [name, { variable }] of parameters) recording.hold(name, variable);
  const { state } = model.encoder;
  state.resize(tokens.input.shape[0]);
  for (const [name, value] of state.named()) recording.hold(`before/${name}`, value);
  const variables = Array.from(parameters.values(), ({ variable }) => variable);
  const { grads } = withObserver(
    (name, tensor) => recording.hold(name, tensor),
    () => withDraws(draws, () => tf.variableGrads(() => languageModelLoss(model, tokens, settings), variables)),
  );
  const gradients = new Map<string, tf.Tensor>();
  for (const [name, { variable }] of parameters) {
    const gradient = grads[variable.name];
    if (!gradient) continue;
    gradients.set(name, gradient);
    recording.hold(`grad/${name}`, gradient);
  }
  return gradients;
}

/** The whole step: parameters, optimiser slots, carried state and the average change. */
export function computeStep(
  parts: StepParts,
  inputs: Tensors,
  recording: Recording,
  average: WeightAverage | null,
): ComputedStep {
  const gradients = stepGradients(parts, inputs, recording);
  const line = new Readout();
  const details = new Readout();
  for (const name of ['loss', 'loss/ce', 'loss/ar', 'loss/tar']) line.add(name, recording.tensor(name)!);
  update(parts, inputs, gradients, line, details);
  average?.add(inputs.get('rate/0/fresh') as tf.Scalar, inputs.get('rate/0/kept') as tf.Scalar);
  const sites = [...maskSites(parts.model)].flatMap(([name, p]) => {
    const mask = recording.tensor(`mask/${name}`);
    if (mask) details.add(`kept/${name}`, notZero(mask));
    return mask ? [{ name, p, draws: mask.size }] : [];
  });
  const facts = { line: line.names, details: details.names, reached: new Set(gradients.keys()), sites };
  return { line: line.vector(), details: details.vector(), facts };
}

function update(
  { parameters, groups, optimiser, settings }: StepParts,
  inputs: Tensors,
  gradients: ReadonlyMap<string, tf.Tensor>,
  line: Readout,
  details: Readout,
): void {
  const gradientSquares = new Map(Array.from(gradients, ([name, gradient]) => [name, squares(gradient)]));
  const counted = [...gradientSquares].filter(([name]) => groups.trains(name));
  const norm = globalNorm(counted.map(([, square]) => square));
  const factor = clipFactor(norm, settings.clip);
  line.add('norm', norm);
  line.add('clipped', tf.mul(norm, factor));
  for (const [name, parameter] of parameters) {
    details.add(`w/${name}`, squares(parameter.variable));
    const gradient = gradients.get(name);
    if (!gradient) continue;
    details.add(`g/${name}`, gradientSquares.get(name)!);
    if (!groups.trains(name)) continue;
    const { parameter: updated, moved } = optimiser.update(
      name,
      parameter,
      gradient,
      factor,
      ratesOf(inputs, groups.of(name)),
    );
    details.add(`u/${name}`, moved);
    parameter.variable.assign(updated);
  }
}

function ratesOf(inputs: Tensors, group: number): RateTensors {
  const prefix = `rate/${group}/`;
  return Object.fromEntries(
    [...inputs].flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor as tf.Scalar] as const] : [],
    ),
  );
}
