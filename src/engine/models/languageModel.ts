/** The AWD-LSTM language model: encoder and decoder, built from a config's keys. */
import type { Config } from '../../shared/hyperparameters.ts';
import type { TokenIds } from '../nn/embedding.ts';
import { Module } from '../nn/module.ts';
import type { Parameter } from '../nn/parameter.ts';
import { AWDLSTM } from './awdLstm.ts';
import { type Decoded, LinearDecoder } from './linearDecoder.ts';

/** The model's keys of contracts.md section 1; a resolved Config is one. Absent keys have the defaults given there. */
export type LanguageModelConfig = {
  readonly vocab_sz: number | null;
  readonly weight_drop?: Partial<Config['weight_drop']>;
} & Partial<
  Pick<
    Config,
    'emb_sz' | 'n_hid' | 'n_layers' | 'pad_token' | 'bidir' | 'tie_weights' | 'out_bias' | 'qrnn' | 'drop_mult'
  > &
    Pick<Config, 'input_p' | 'hidden_p' | 'output_p' | 'embed_p' | 'weight_p'>
>;

/** Encoder `0` and decoder `1`, as fastai's SequentialRNN numbers them. */
export class LanguageModel extends Module {
  readonly encoder: AWDLSTM;
  readonly decoder: LinearDecoder;

  constructor(encoder: AWDLSTM, decoder: LinearDecoder) {
    super();
    this.encoder = this.addChild('0', encoder);
    this.decoder = this.addChild('1', decoder);
    this.assignPaths();
  }

  /** Token ids [B, T] to scores [B, T, V] and the last layer's output before and after its dropout, [B, T, E]. */
  forward(ids: TokenIds): Decoded {
    return this.decoder.forward(this.encoder.forward(ids));
  }

  reset(): void {
    this.encoder.reset();
  }
}

/**
 * Builds the model; every *_p is multiplied by drop_mult. The config is not changed. Errors: no vocab_sz, a probability
 * outside [0, 1], qrnn. Weights come from seed(n).
 */
export function getLanguageModel(config: LanguageModelConfig): LanguageModel {
  const {
    vocab_sz: vocabSz,
    emb_sz: embSz = 400,
    n_hid: nHid = 1152,
    n_layers: nLayers = 3,
    pad_token: padToken = 1,
  } = config;
  const { bidir = false, tie_weights: tied = true, out_bias: bias = true, qrnn = false } = config;
  if (qrnn) throw new Error('qrnn: not available yet (set it to false)');
  if (vocabSz === null || vocabSz === undefined || vocabSz < 1)
    throw new Error('vocab_sz: the model needs the size of the vocabulary');
  const p = (key: 'input_p' | 'hidden_p' | 'output_p' | 'embed_p' | 'weight_p', normal: number): number =>
    dropped(key, config[key] ?? normal, config.drop_mult ?? 1);
  const { names = ['weight_hh_l0'], granularity = 'element', mode = 'training' } = config.weight_drop ?? {};
  const encoder = new AWDLSTM({
    vocabSz,
    embSz,
    nHid,
    nLayers,
    padToken,
    bidir,
    hiddenP: p('hidden_p', 0.15),
    inputP: p('input_p', 0.25),
    embedP: p('embed_p', 0.02),
    weightP: p('weight_p', 0.2),
    weightDrop: { names, granularity: granularity, mode: mode },
  });
  const outputP = p('output_p', 0.1);
  const decoder = new LinearDecoder(vocabSz, embSz, {
    outputP,
    bias,
    ...(tied ? { tieEncoder: encoder.encoder } : {}),
  });
  return new LanguageModel(encoder, decoder);
}

function dropped(key: string, p: number, multiplier: number): number {
  const effective = p * multiplier;
  if (!(effective >= 0 && effective <= 1))
    throw new RangeError(`${key}: ${p} times drop_mult ${multiplier} is ${effective}, outside [0, 1]`);
  return effective;
}

/**
 * fastai's layer groups: each LSTM with the dropout after it, then embedding and decoder together. Every parameter is in
 * exactly one group, under its name in the model.
 */
export function awdLstmLmSplit(model: LanguageModel): Map<string, Parameter>[] {
  const { encoder } = model;
  const groups = encoder.rnns.items.map(
    (_, layer) =>
      (name: string): boolean =>
        name.startsWith(`0.rnns.${layer}.`),
  );
  const rest = (name: string): boolean => !name.startsWith('0.rnns.');
  const parameters = [...model.namedParameters()];
  return [...groups, rest].map((belongs) => new Map(parameters.filter(([name]) => belongs(name))));
}
