/**
 * Dropscope's engine as a library (docs/contracts.md section 5): the same modules the extension trains with, for scripts.
 * Call `await ready()` first.
 */
export * as tf from '@tensorflow/tfjs-core';
export { chooseBackend as ready } from './engine/backends/chooseBackend.ts';
export type { BackendPlaces } from './engine/backends/chooseBackend.ts';
export { dropoutMask } from './engine/dropout/dropoutMask.ts';
export { EmbeddingDropout } from './engine/dropout/embeddingDropout.ts';
export { type Masks, withMasks } from './engine/dropout/givenMasks.ts';
export { RNNDropout } from './engine/dropout/rnnDropout.ts';
export { WeightDropout, type WeightDropOptions } from './engine/dropout/weightDropout.ts';
export { AWDLSTM, type AwdLstmOptions } from './engine/models/awdLstm.ts';
export {
  awdLstmLmSplit,
  getLanguageModel,
  LanguageModel,
  type LanguageModelConfig,
} from './engine/models/languageModel.ts';
export { type Decoded, LinearDecoder, type LinearDecoderOptions } from './engine/models/linearDecoder.ts';
export { backward } from './engine/nn/backward.ts';
export { Embedding, type TokenIds } from './engine/nn/embedding.ts';
export { Linear, type LinearOptions } from './engine/nn/linear.ts';
export { type HiddenState, LSTM, type LstmOutput } from './engine/nn/lstm.ts';
export { Module } from './engine/nn/module.ts';
export { Parameter } from './engine/nn/parameter.ts';
export { seed } from './engine/random/draws.ts';
export { monteCarlo, type MonteCarloOptions, type MonteCarloPrediction } from './engine/training/monteCarlo.ts';
export type { BackendName, BackendReport } from './shared/backendReport.ts';
