/**
 * A training step and its evidence: forward, backward, clip, update, and what was seen on the way. The session decides
 * when to step; nothing here knows of files, time or schedules. Keeps the rules of docs/capture.md.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../shared/hyperparameters.ts';
import { inputTensors } from '../capture/capturedStep.ts';
import { withinScope } from '../capture/withinScope.ts';
import { type Masks, withMasks } from '../dropout/givenMasks.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import type { Parameter } from '../nn/parameter.ts';
import type { MovedParameter } from '../probes/stepEvidence.ts';
import { evaluationPasses, inOneGo, undisturbed, type Evaluation, type Passes } from './evaluate.ts';
import { LayerGroups } from './layerGroups.ts';
import { nudgedOutputs } from './nudge.ts';
import { makeOptimiser, type Optimiser } from './optimisers.ts';
import { ParameterWatch } from './parameterWatch.ts';
import { stepResult, type StepResult } from './stepResult.ts';
import { StepRunner } from './stepRunner.ts';
import type { TokenBatch } from './trainerBatch.ts';
import { Recording } from './trainerRecording.ts';
import { restoreKeptState, stateToKeep, stepVariables } from './trainerState.ts';
import { stepGradients, stepInputs, type StepParts } from './trainerStep.ts';
import { WeightAverage } from './weightAverage.ts';

/** Keys of a resolved config. */
export type TrainerSettings = Pick<
  Config,
  'optimizer' | 'wd' | 'sqr_mom' | 'eps' | 'clip' | 'alpha' | 'beta' | 'seed'
> &
  /** Batches of bs x bptt are those that may be captured. */
  Partial<Pick<Config, 'freeze_to' | 'bs' | 'bptt'>>;

/** Every so many steps parameters are also watched for changes in place, which takes a pass over them. */
const NORMS_EVERY = 16;

export interface StepRequest {
  /** Counted from 1; also the call number of this step's masks. */
  step: number;
  /** One for all layers, or one for each of awdLstmLmSplit's groups. */
  lr: number | readonly number[];
  /** Adam's beta1; default 0.9. */
  momentum?: number;
  /** Whether the numbers of each parameter and mask are wanted too; default true. */
  details?: boolean;
}

export class Trainer {
  /** Whether steps keep their tensors for `recorded()`. Switching it off saves the memory of one step. */
  recording = true;
  /** Whether somebody is likely to read tensors of this step: a hint that saves computing them again. */
  expectsLook: (step: number) => boolean = () => false;
  /** Is told, for people, how steps are run. */
  say: (message: string) => void = () => undefined;

  readonly #model: LanguageModel;
  readonly #settings: TrainerSettings;
  readonly #parameters: ReadonlyMap<string, Parameter>;
  readonly #groups: LayerGroups;
  readonly #optimiser: Optimiser;
  readonly #parts: StepParts;
  readonly #runner: StepRunner;
  readonly #watch: ParameterWatch;
  #average: WeightAverage | null = null;
  #recorded: Recording | null = null;

  /** The model stays the caller's. A freeze_to that names no layer group is a RangeError. */
  constructor(model: LanguageModel, settings: TrainerSettings) {
    this.#model = model;
    this.#settings = settings;
    this.#parameters = model.namedParameters();
    this.#watch = new ParameterWatch(this.#parameters);
    this.#groups = new LayerGroups(model, settings.freeze_to);
    this.#optimiser = makeOptimiser(settings, this.#parameters);
    const [parameters, groups, optimiser] = [this.#parameters, this.#groups, this.#optimiser] as const;
    this.#parts = { model, parameters, groups, optimiser, settings };
    this.#runner = new StepRunner(
      this.#parts,
      settings,
      () => stepVariables(this.#parts, this.#average),
      (message) => this.say(message),
    );
  }

  /** Whether steps may be captured where the backend can (the default); otherwise all are eager. */
  set capturing(capturing: boolean) {
    this.#runner.capturing = capturing;
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
    this.#settle();
    this.#average ??= new WeightAverage(step, this.#parameters);
  }

  /** Changes of parameters outside an optimiser step, so far. */
  get moved(): readonly MovedParameter[] {
    return this.#watch.moved;
  }

  /** One training step. Errors, before anything has changed: a batch that does not fit, a step below 1. */
  step(batch: TokenBatch, request: StepRequest): StepResult {
    const { step } = request;
    if (!Number.isInteger(step) || step < 1) throw new RangeError(`step ${step}: steps are counted from 1`);
    const order = {
      batch,
      step,
      rates: this.#rates(request),
      otherRates: () => this.#otherRates(request),
      details: request.details ?? true,
      keep: this.recording ? (this.expectsLook(step) ? 'everything' : 'for later') : 'nothing',
      average: this.#average,
    } as const;
    this.#model.train();
    this.#watch.check(step, 'no optimiser step');
    return withinScope(() => {
      // Let go before it is replaced: what nobody else keeps of the step before need not be saved from this one.
      const run = this.#runner.run(order, () => {
        this.#recorded?.dispose();
        this.#recorded = null;
      });
      this.#watch.remember(step % NORMS_EVERY === 0 && !run.captured);
      const result = stepResult({ ...run, details: order.details }, this.#parameters, this.#groups);
      this.#recorded = this.recording ? run.recording : null;
      if (!this.recording) run.recording.dispose();
      return result;
    });
  }

  /**
   * Forward and backward from a zero state without an update: what contracts.md calls a trace. In training with the masks
   * given (the others drawn as in step `step`), or in evaluation. The recording is the caller's to dispose.
   */
  trace(
    batch: TokenBatch,
    { train, masks = {}, step = 1 }: { train: boolean; masks?: Masks; step?: number },
  ): Recording {
    this.#settle();
    const recording = new Recording(step, train ? 'train' : 'eval', batch);
    undisturbed(this.#model, () => {
      if (train) this.#model.train();
      withinScope(() => {
        const inputs = inputTensors(stepInputs(this.#parts, batch, step, []));
        withMasks(masks, () => stepGradients(this.#parts, inputs, recording));
      });
    });
    return recording;
  }

  /**
   * Runs `fn` on the model as the last step left it; mode and carried state come back afterwards. A parameter that `fn`
   * changes for a look, it puts back itself.
   */
  aside<T>(fn: () => T): T {
    this.#settle();
    try {
      return undisturbed(this.#model, fn);
    } finally {
      this.#watch.remember(false);
    }
  }

  /** With the averaged weights once there are any; training goes on as if it had not been. */
  evaluate(batches: Iterable<TokenBatch>): Evaluation {
    return inOneGo(this.evaluation(batches));
  }

  /** The same batch by batch, after step `step`. Between two of them nothing else may use the model. */
  *evaluation(batches: Iterable<TokenBatch>, step = 0): Passes {
    this.#settle();
    this.#watch.check(step, 'no optimiser step');
    this.#watch.remember(true);
    const bringBack = this.#average?.swapIn();
    try {
      return yield* evaluationPasses(this.#model, batches, this.#settings.seed);
    } finally {
      bringBack?.();
      this.#watch.check(step, 'an evaluation');
      this.#watch.remember(false);
    }
  }

  /** By name of each raw weight that is dropped: how much the output changes when it is nudged. */
  nudged(batch: TokenBatch): Record<string, number> {
    this.#settle();
    return nudgedOutputs(this.#model, batch, this.#settings.seed);
  }

  /** The weights to keep, by parameter name: those that are evaluated. They stay the trainer's and the model's. */
  weights(): Map<string, tf.Tensor> {
    this.#settle();
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
    this.#settle();
    return stateToKeep(this.#parts, this.#average);
  }

  /**
   * Takes over what `state()` gave, after the model took over what `weights()` gave; the tensors given remain the
   * caller's. A missing or misshapen one is an error.
   */
  restoreState(values: ReadonlyMap<string, tf.Tensor>): void {
    this.#watch.forget();
    this.#runner.settle();
    restoreKeptState(this.#parts, values, (since) => this.startAveraging(since));
    this.#watch.forget();
  }

  /** Zeros the carried state, as at the start of an epoch. */
  resetHidden(): void {
    this.#settle();
    this.#model.reset();
  }

  dispose(): void {
    this.#watch.forget();
    this.#runner.dispose();
    this.#optimiser.dispose();
    this.#average?.dispose();
    this.#recorded?.dispose();
    this.#recorded = null;
  }

  /** Variables as the last step left them: captured steps leave them behind. */
  #settle(): void {
    if (this.#runner.settle()) this.#watch.remember(false);
  }

  #rates({ step, lr, momentum = 0.9 }: StepRequest): Record<string, number>[] {
    const each = typeof lr === 'number' ? Array.from({ length: this.groups }, () => lr) : lr;
    if (each.length !== this.groups) throw new RangeError(`lr: ${each.length} rates for ${this.groups} layer groups`);
    return each.map((lr) => ({ ...this.#optimiser.rates({ step, lr, momentum }), ...this.#average?.shares(step) }));
  }

  #otherRates({ step, lr, momentum = 0.9 }: StepRequest): Record<string, number>[] {
    const faster = (rate: number): number => rate * 1.5 + 1e-4;
    return this.#rates({
      step: step + 3,
      lr: typeof lr === 'number' ? faster(lr) : lr.map(faster),
      momentum: momentum * 0.9,
    });
  }
}
