/**
 * A recorded step that can be passed again under other dropouts: its batch, parameters and carried state on a model of
 * its own, so that the run they come from goes on untouched. Masks come from explicit call numbers, never from a counter.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Config } from '../../shared/hyperparameters.ts';
import type { WhatIfValues } from '../../shared/whatIf.ts';
import { withinScope } from '../capture/withinScope.ts';
import { getLanguageModel, type LanguageModel } from '../models/languageModel.ts';
import { withObserver } from '../nn/observe.ts';
import { withDraws } from '../random/draws.ts';
import { languageModelLoss, type TokenTensors } from '../training/losses.ts';
import { batchTensors } from '../training/trainerBatch.ts';
import { readRecorded, type RecordedStep } from './recordedStep.ts';

/** One pass over the batch: its losses in nats, that of each target [rows * length], and gradient norms if asked for. */
export interface Draw {
  readonly ce: number;
  /** ce + ar + tar. */
  readonly loss: number;
  readonly tokens: Float32Array;
  /** For each parameter, before clipping, 0 where none came; null when not asked for. */
  readonly gradients: Float32Array | null;
}

export class FrozenStep {
  readonly step: number;
  readonly config: Config;
  readonly rows: number;
  readonly length: number;
  /** The loss the step had; undefined when it was not recorded. */
  readonly recordedLoss: number | undefined;
  readonly #model: LanguageModel;
  readonly #tokens: TokenTensors;
  readonly #before: ReadonlyMap<string, tf.Tensor>;

  /** Reads all it needs at once: `recorded` may be let go. Throws a sentence when the step does not hold it. */
  constructor(recorded: RecordedStep, config: Config, vocabSize: number) {
    const { step, input, target } = recorded;
    const carried = recorded.names().filter((name) => name.startsWith('before/hidden/'));
    if (!target || carried.length === 0) {
      throw new Error(
        `step ${step}: the ${target ? 'state it began with was' : 'targets were'} not kept, so it cannot be passed again (train a step more)`,
      );
    }
    const { rows, length, ids } = input;
    this.step = step;
    this.config = config;
    [this.rows, this.length] = [rows, length];
    this.recordedLoss = recorded.read('loss')?.data[0];
    this.#model = getLanguageModel({ ...config, vocab_sz: config.vocab_sz ?? vocabSize }).train();
    const kept: tf.Tensor[] = [];
    const tensorOf = (name: string): tf.Tensor => {
      const { shape, data } = readRecorded(recorded, name);
      const tensor = tf.tensor(data, [...shape]);
      kept.push(tensor);
      return tensor;
    };
    try {
      for (const [name, parameter] of this.#model.namedParameters()) {
        parameter.assign(tensorOf(name));
        kept.pop()?.dispose();
      }
      this.#before = new Map(carried.map((name) => [name.slice('before/'.length), tensorOf(name)]));
      this.#tokens = batchTensors({ rows, length, input: ids, target }, this.#model.encoder.encoder.vocabulary);
    } catch (error) {
      for (const tensor of kept) tensor.dispose();
      this.#model.dispose();
      throw error;
    }
  }

  /** Names of the parameters, in the order of `Draw.gradients`. */
  get parameters(): string[] {
    return [...this.#model.namedParameters().keys()];
  }

  /** The batch in training mode, from the state the step began with, with the masks of call number `call`. */
  draw(values: WhatIfValues, call: number, { gradients }: { gradients: boolean }): Draw {
    setDropouts(this.#model, values);
    this.#model.encoder.state.restore(this.#before);
    return withinScope(() => {
      const seen = new Map<string, tf.Tensor>();
      const observer = (name: string, tensor: tf.Tensor): void => {
        if (name.startsWith('loss')) seen.set(name, tf.keep(tf.clone(tensor)));
      };
      const draws = { seed: this.config.seed, call: tf.tensor1d([call | 0], 'int32') };
      const loss = (): tf.Scalar => languageModelLoss(this.#model, this.#tokens, this.config);
      const norms = withObserver(observer, () =>
        withDraws(draws, () => {
          if (gradients) return this.#gradientNorms(loss);
          tf.tidy(() => void loss());
          return null;
        }),
      );
      const read = (name: string): Float32Array => seen.get(name)!.dataSync<'float32'>();
      const [ce, whole] = [read('loss/ce')[0]!, read('loss')[0]!];
      const tokens = read('loss/token').slice();
      for (const tensor of seen.values()) tensor.dispose();
      return { ce, loss: whole, tokens, gradients: norms };
    });
  }

  dispose(): void {
    for (const tensor of [...this.#before.values(), this.#tokens.input, this.#tokens.target]) tensor.dispose();
    this.#model.dispose();
  }

  #gradientNorms(loss: () => tf.Scalar): Float32Array {
    const variables = Array.from(this.#model.namedParameters().values(), ({ variable }) => variable);
    const { grads } = tf.variableGrads(loss, variables);
    return Float32Array.from(variables, ({ name }) => {
      const gradient = grads[name];
      return gradient ? tf.tidy(() => tf.norm(gradient).dataSync()[0]!) : 0;
    });
  }
}

/** Every p in force from the next pass on: what the config's keys and their factor make of it. */
function setDropouts({ encoder, decoder }: LanguageModel, values: WhatIfValues): void {
  const { embed_p, input_p, hidden_p, weight_p, output_p, drop_mult } = values;
  encoder.encoderDropout.embedP = embed_p * drop_mult;
  encoder.inputDropout.p = input_p * drop_mult;
  for (const dropout of encoder.hiddenDropouts.items) dropout.p = hidden_p * drop_mult;
  for (const rnn of encoder.rnns.items) rnn.weightP = weight_p * drop_mult;
  decoder.outputDropout.p = output_p * drop_mult;
}
