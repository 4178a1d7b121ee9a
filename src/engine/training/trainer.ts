/**
 * A training step and its evidence: forward, backward, clip, update, and what was seen on the way. The session decides
 * when to step; nothing here knows of files, time or schedules. Keeps the rules of capture.md section 6.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../shared/hyperparameters.ts';
import { notZero, squares } from '../kernels/reductions/reductions.ts';
import { type Masks, withMasks } from '../dropout/givenMasks.ts';
import { awdLstmLmSplit, type LanguageModel } from '../models/languageModel.ts';
import { maskSites } from '../models/maskSites.ts';
import { withObserver } from '../nn/observe.ts';
import type { Parameter } from '../nn/parameter.ts';
import { withDraws } from '../random/draws.ts';
import { clipFactor, globalNorm } from './clip.ts';
import { evaluate, type Evaluation, undisturbed } from './evaluate.ts';
import { languageModelLoss } from './losses.ts';
import { makeOptimiser, type Optimiser, type RateTensors } from './optimisers.ts';
import { batchTensors, type TokenBatch } from './trainerBatch.ts';
import { findNonFinite } from './trainerNonFinite.ts';
import { Readout } from './trainerReadout.ts';
import { Recording } from './trainerRecording.ts';

/** Keys of a resolved config. */
export type TrainerSettings = Pick<Config, 'optimizer' | 'wd' | 'sqr_mom' | 'eps' | 'clip' | 'alpha' | 'beta' | 'seed'>;

export interface StepRequest {
  /** Counted from 1; also the call number of this step's masks. */
  step: number;
  /** One for all layers, or one for each of awdLstmLmSplit's groups. */
  lr: number | readonly number[];
  /** Adam's beta1; default 0.9. */
  momentum?: number;
}

export interface ParameterStatistics {
  /** Norm of the parameter before the update. */
  w: number;
  /** Norm of its gradient before clipping; 0 when it got none. */
  g: number;
  /** Norm of the change divided by w. */
  u: number;
}

export interface SiteStatistics {
  /** Drop probability in force. */
  p: number;
  /** Of `draws` independent draws, how many were kept. */
  kept: number;
  draws: number;
}

export interface StepResult {
  loss: number;
  ce: number;
  ar: number;
  tar: number;
  gradNorm: number;
  gradNormClipped: number;
  /** Values of loss and gradients that are not finite, and the first tensor of the step that has one. */
  nonFinite: number;
  firstNonFinite?: string;
  params: Record<string, ParameterStatistics>;
  sites: Record<string, SiteStatistics>;
  /** Parameters that no gradient reached. */
  withoutGradient: string[];
}

export class Trainer {
  /** Whether steps keep their tensors for `recorded()`. Switching it off saves the memory of one step. */
  recording = true;

  readonly #model: LanguageModel;
  readonly #settings: TrainerSettings;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #groupOf: ReadonlyMap<string, number>;
  readonly #groups: number;
  readonly #optimiser: Optimiser;
  #recorded: Recording | null = null;

  /** The model stays the caller's. */
  constructor(model: LanguageModel, settings: TrainerSettings) {
    this.#model = model;
    this.#settings = settings;
    this.#parameters = model.namedParameters();
    const split = awdLstmLmSplit(model);
    this.#groups = split.length;
    this.#groupOf = new Map(
      split.flatMap((group, index) => [...group.keys()].map((name): [string, number] => [name, index])),
    );
    this.#optimiser = makeOptimiser(settings, this.#parameters);
  }

  /** One training step. Errors, before anything has changed: a batch that does not fit, a step below 1. */
  step(batch: TokenBatch, request: StepRequest): StepResult {
    const { step } = request;
    if (!Number.isInteger(step) || step < 1) throw new RangeError(`step ${step}: steps are counted from 1`);
    const rates = this.#rates(request);
    this.#model.train();
    const recording = new Recording(step, 'train', batch);
    try {
      const result = withinScope(() => {
        const gradients = this.#gradients(batch, recording, step);
        const readout = new Readout();
        this.#update(gradients, rates, readout);
        return this.#result(readout, recording, gradients);
      });
      if (!this.recording) recording.drop(() => true);
      this.#recorded?.dispose();
      this.#recorded = this.recording ? recording : null;
      return result;
    } catch (error) {
      recording.dispose();
      throw error;
    }
  }

  /**
   * Forward and backward from a zero state without an update: what contracts.md calls a trace. In training with the masks
   * given (the others drawn as in step `step`), or in evaluation. The recording is the caller's to dispose.
   */
  trace(
    batch: TokenBatch,
    { train, masks = {}, step = 1 }: { train: boolean; masks?: Masks; step?: number },
  ): Recording {
    const recording = new Recording(step, train ? 'train' : 'eval', batch);
    undisturbed(this.#model, () => {
      if (train) this.#model.train();
      withinScope(() => withMasks(masks, () => this.#gradients(batch, recording, step)));
    });
    return recording;
  }

  evaluate(batches: Iterable<TokenBatch>): Evaluation {
    return evaluate(this.#model, batches, this.#settings.seed);
  }

  /** The most recent step's tensors, valid until the next step; null before the first, or when not recording. */
  recorded(): Recording | null {
    return this.#recorded;
  }

  /** Everything besides the parameters that the next step depends on, by name. The tensors stay the trainer's. */
  state(): Map<string, tf.Tensor> {
    return new Map([...this.#optimiser.state(), ...this.#model.encoder.state.named()]);
  }

  /** Takes over what `state()` gave; the tensors given remain the caller's. A missing or misshapen one is an error. */
  restoreState(values: ReadonlyMap<string, tf.Tensor>): void {
    const slots = [...this.#optimiser.state()];
    for (const [name, slot] of slots) {
      const value = values.get(name);
      if (!value) throw new Error(`optimiser state: ${name} is missing`);
      if (!tf.util.arraysEqual(value.shape, slot.shape)) {
        throw new Error(
          `optimiser state: ${name} is [${value.shape.join(', ')}], this model needs [${slot.shape.join(', ')}]`,
        );
      }
    }
    this.#model.encoder.state.restore(values);
    for (const [name, slot] of slots) tf.tidy(() => (slot as tf.Variable).assign(tf.clone(values.get(name)!)));
  }

  /** Zeros the carried state, as at the start of an epoch. */
  resetHidden(): void {
    this.#model.reset();
  }

  dispose(): void {
    this.#optimiser.dispose();
    this.#recorded?.dispose();
    this.#recorded = null;
  }

  #rates({ step, lr, momentum = 0.9 }: StepRequest): Record<string, number>[] {
    const each = typeof lr === 'number' ? Array.from({ length: this.#groups }, () => lr) : lr;
    if (each.length !== this.#groups) throw new RangeError(`lr: ${each.length} rates for ${this.#groups} layer groups`);
    return each.map((lr) => this.#optimiser.rates({ step, lr, momentum }));
  }

  /** Forward and backward; holds what is published. Gives gradients by parameter name; those that got one. */
  #gradients(batch: TokenBatch, recording: Recording, step: number): Map<string, tf.Tensor> {
    const tokens = batchTensors(batch, this.#model.encoder.encoder.vocabulary);
    const draws = { seed: this.#settings.seed, call: tf.tensor1d([step], 'int32') };
    for (const [name, { variable }] of this.#parameters) recording.hold(name, variable);
    const variables = Array.from(this.#parameters.values(), ({ variable }) => variable);
    const { grads } = withObserver(
      (name, tensor) => recording.hold(name, tensor),
      () =>
        withDraws(draws, () =>
          tf.variableGrads(() => languageModelLoss(this.#model, tokens, this.#settings), variables),
        ),
    );
    const gradients = new Map<string, tf.Tensor>();
    for (const [name, { variable }] of this.#parameters) {
      const gradient = grads[variable.name];
      if (!gradient) continue;
      gradients.set(name, gradient);
      recording.hold(`grad/${name}`, gradient);
    }
    return gradients;
  }

  #update(gradients: ReadonlyMap<string, tf.Tensor>, rates: Record<string, number>[], readout: Readout): void {
    const inputs = rates.map((group): RateTensors =>
      Object.fromEntries(Object.entries(group).map(([name, rate]) => [name, tf.scalar(rate)])),
    );
    const gradientSquares = new Map(Array.from(gradients, ([name, gradient]) => [name, squares(gradient)]));
    const norm = globalNorm([...gradientSquares.values()]);
    const factor = clipFactor(norm, this.#settings.clip);
    readout.add('norm', norm);
    readout.add('clipped', tf.mul(norm, factor));
    for (const [name, parameter] of this.#parameters) {
      readout.add(`w/${name}`, squares(parameter.variable));
      const gradient = gradients.get(name);
      if (!gradient) continue;
      const rates = inputs[this.#groupOf.get(name)!]!;
      const { parameter: updated, moved } = this.#optimiser.update(name, parameter, gradient, factor, rates);
      readout.add(`g/${name}`, gradientSquares.get(name)!);
      readout.add(`u/${name}`, moved);
      parameter.variable.assign(updated);
    }
  }

  #result(readout: Readout, recording: Recording, gradients: ReadonlyMap<string, tf.Tensor>): StepResult {
    const probabilities = maskSites(this.#model);
    const masks = [...probabilities].flatMap(([name, p]) => {
      const mask = recording.tensor(`mask/${name}`);
      return mask ? [{ name, p, mask }] : [];
    });
    for (const { name, mask } of masks) readout.add(`kept/${name}`, notZero(mask));
    for (const name of ['loss', 'loss/ce', 'loss/ar', 'loss/tar']) readout.add(name, recording.tensor(name)!);
    const value = readout.read();
    const [loss, gradNorm] = [value('loss'), value('norm')];
    const { count, first } = Number.isFinite(loss + gradNorm)
      ? { count: 0, first: undefined }
      : findNonFinite(recording);
    const statistics = Array.from(this.#parameters.keys(), (name): [string, ParameterStatistics] => {
      const [w, g, u] = [value(`w/${name}`), value(`g/${name}`), value(`u/${name}`)].map(Math.sqrt) as [
        number,
        number,
        number,
      ];
      return [name, gradients.has(name) ? { w, g, u: w > 0 ? u / w : 0 } : { w, g: 0, u: 0 }];
    });
    return {
      loss,
      ce: value('loss/ce'),
      ar: value('loss/ar'),
      tar: value('loss/tar'),
      gradNorm,
      gradNormClipped: value('clipped'),
      nonFinite: count,
      ...(first === undefined ? {} : { firstNonFinite: first }),
      params: Object.fromEntries(statistics),
      sites: Object.fromEntries(
        masks.map(({ name, p, mask }) => [name, { p, kept: value(`kept/${name}`), draws: mask.size }]),
      ),
      withoutGradient: statistics.map(([name]) => name).filter((name) => !gradients.has(name)),
    };
  }
}

/** tf.tidy for a result that holds no tensors to keep. */
function withinScope<T>(fn: () => T): T {
  const engine = tf.engine();
  engine.startScope();
  try {
    return fn();
  } finally {
    engine.endScope();
  }
}
