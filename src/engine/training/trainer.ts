/**
 * A training step and its evidence: forward, backward, clip, update, and what was seen on the way. The session decides
 * when to step; nothing here knows of files, time or schedules. Keeps the rules of capture.md section 6.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../shared/hyperparameters.ts';
import { notZero, squares } from '../kernels/reductions/reductions.ts';
import { type Masks, withMasks } from '../dropout/givenMasks.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { maskSites } from '../models/maskSites.ts';
import { withObserver } from '../nn/observe.ts';
import type { Parameter } from '../nn/parameter.ts';
import { withDraws } from '../random/draws.ts';
import { clipFactor, globalNorm } from './clip.ts';
import { evaluate, type Evaluation, undisturbed } from './evaluate.ts';
import { LayerGroups } from './layerGroups.ts';
import { languageModelLoss } from './losses.ts';
import { makeOptimiser, type Optimiser, type RateTensors } from './optimisers.ts';
import { batchTensors, type TokenBatch } from './trainerBatch.ts';
import { findNonFinite } from './trainerNonFinite.ts';
import { Readout } from './trainerReadout.ts';
import { Recording } from './trainerRecording.ts';
import { WeightAverage } from './weightAverage.ts';

/** Keys of a resolved config. */
export type TrainerSettings = Pick<
  Config,
  'optimizer' | 'wd' | 'sqr_mom' | 'eps' | 'clip' | 'alpha' | 'beta' | 'seed'
> &
  Partial<Pick<Config, 'freeze_to'>>;

/** In a state: steps done when averaging began, and the weights that training goes on from. */
const AVERAGED_SINCE = 'average/since';
const OWN_WEIGHT = 'average/own/';

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
  readonly #groups: LayerGroups;
  readonly #optimiser: Optimiser;
  #average: WeightAverage | null = null;
  #recorded: Recording | null = null;

  /** The model stays the caller's. A freeze_to that names no layer group is a RangeError. */
  constructor(model: LanguageModel, settings: TrainerSettings) {
    this.#model = model;
    this.#settings = settings;
    this.#parameters = model.namedParameters();
    this.#groups = new LayerGroups(model, settings.freeze_to);
    this.#optimiser = makeOptimiser(settings, this.#parameters);
  }

  /** How many layer groups there are, each with a learning rate of its own. */
  get groups(): number {
    return this.#groups.count;
  }

  /** Whether evaluation uses averaged weights. */
  get averaging(): boolean {
    return this.#average !== null;
  }

  /** From now, after `step` steps, the weights are averaged (NT-ASGD). */
  startAveraging(step: number): void {
    this.#average ??= new WeightAverage(step, this.#parameters);
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
        this.#average?.add(step);
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

  /** With the averaged weights once there are any; training goes on as if it had not been. */
  evaluate(batches: Iterable<TokenBatch>): Evaluation {
    const passes = (): Evaluation => evaluate(this.#model, batches, this.#settings.seed);
    return this.#average ? this.#average.inPlace(passes) : passes();
  }

  /** The weights to keep, by parameter name: those that are evaluated. They stay the trainer's and the model's. */
  weights(): Map<string, tf.Tensor> {
    const averages = this.#average?.tensors();
    return new Map(
      Array.from(this.#parameters, ([name, { variable }]): [string, tf.Tensor] => [
        name,
        averages?.get(name) ?? variable,
      ]),
    );
  }

  /** The most recent step's tensors, valid until the next step; null before the first, or when not recording. */
  recorded(): Recording | null {
    return this.#recorded;
  }

  /**
   * Everything besides `weights()` that the next step depends on, by name. The tensors stay the trainer's. While weights
   * are averaged it holds the weights that training goes on from.
   */
  state(): Map<string, tf.Tensor> {
    const state = new Map([...this.#optimiser.state(), ...this.#model.encoder.state.named()]);
    if (!this.#average) return state;
    state.set(AVERAGED_SINCE, this.#average.since);
    for (const [name, { variable }] of this.#parameters) state.set(OWN_WEIGHT + name, variable);
    return state;
  }

  /**
   * Takes over what `state()` gave, after the model took over what `weights()` gave; the tensors given remain the
   * caller's. A missing or misshapen one is an error.
   */
  restoreState(values: ReadonlyMap<string, tf.Tensor>): void {
    const since = values.get(AVERAGED_SINCE);
    const own = since
      ? Array.from(this.#parameters, ([name, { variable }]) => [OWN_WEIGHT + name, variable] as const)
      : [];
    const slots = [...this.#optimiser.state(), ...own];
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
    // What the model took over is the average; only then come the weights that training goes on from.
    if (since) this.startAveraging(since.dataSync()[0]!);
    for (const [name, slot] of slots) tf.tidy(() => (slot as tf.Variable).assign(tf.clone(values.get(name)!)));
  }

  /** Zeros the carried state, as at the start of an epoch. */
  resetHidden(): void {
    this.#model.reset();
  }

  dispose(): void {
    this.#optimiser.dispose();
    this.#average?.dispose();
    this.#recorded?.dispose();
    this.#recorded = null;
  }

  #rates({ step, lr, momentum = 0.9 }: StepRequest): Record<string, number>[] {
    const each = typeof lr === 'number' ? Array.from({ length: this.groups }, () => lr) : lr;
    if (each.length !== this.groups) throw new RangeError(`lr: ${each.length} rates for ${this.groups} layer groups`);
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
    const counted = [...gradientSquares].filter(([name]) => this.#groups.trains(name));
    const norm = globalNorm(counted.map(([, square]) => square));
    const factor = clipFactor(norm, this.#settings.clip);
    readout.add('norm', norm);
    readout.add('clipped', tf.mul(norm, factor));
    for (const [name, parameter] of this.#parameters) {
      readout.add(`w/${name}`, squares(parameter.variable));
      const gradient = gradients.get(name);
      if (!gradient) continue;
      readout.add(`g/${name}`, gradientSquares.get(name)!);
      if (!this.#groups.trains(name)) continue;
      const rates = inputs[this.#groups.of(name)]!;
      const { parameter: updated, moved } = this.#optimiser.update(name, parameter, gradient, factor, rates);
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
      const norm = (what: 'w' | 'g' | 'u'): number => Math.sqrt(value(`${what}/${name}`));
      const w = norm('w');
      const reached = gradients.has(name);
      const moves = reached && this.#groups.trains(name) && w > 0;
      return [name, { w, g: reached ? norm('g') : 0, u: moves ? norm('u') / w : 0 }];
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
