/** The model, data and work of each size that `dropscope bench` measures: those of the usual PyTorch comparison. */
import type { BenchDimensions, BenchSize } from '../../shared/benchContract.ts';
import { getLanguageModel, type LanguageModel } from '../models/languageModel.ts';
import { seed } from '../random/draws.ts';
import type { TrainerSettings } from '../training/trainer.ts';
import type { TokenBatch } from '../training/trainerBatch.ts';

export const dimensions: Readonly<Record<BenchSize, BenchDimensions>> = {
  tiny: { vocab_sz: 100, emb_sz: 20, n_hid: 10, n_layers: 2, bs: 10, bptt: 5 },
  small: { vocab_sz: 96, emb_sz: 64, n_hid: 128, n_layers: 2, bs: 16, bptt: 70 },
  medium: { vocab_sz: 5000, emb_sz: 200, n_hid: 400, n_layers: 3, bs: 32, bptt: 70 },
  ulmfit: { vocab_sz: 10000, emb_sz: 400, n_hid: 1152, n_layers: 3, bs: 20, bptt: 70 },
};

/** How many steps a round times unless something else is asked for. */
export const stepsInRound: Readonly<Record<BenchSize, number>> = { tiny: 200, small: 30, medium: 6, ulmfit: 3 };
/**
 * The same where introspection is measured: six seconds and more, so that rounds hold pictures as seldom as a run does; whole
 * sixteens, so that distributions, taken at every sixteenth step, fall into every round alike.
 */
export const observedStepsInRound: Readonly<Record<BenchSize, number>> = {
  tiny: 4096,
  small: 320,
  medium: 32,
  ulmfit: 16,
};

export const LEARNING_RATE = 2e-3;

export function benchModel(sizes: BenchDimensions): LanguageModel {
  seed(1);
  return getLanguageModel(sizes);
}

export function benchSettings({ bs, bptt }: BenchDimensions): TrainerSettings {
  const adam = { optimizer: 'adam', wd: 0, sqr_mom: 0.99, eps: 1e-5 } as const;
  return { ...adam, clip: 0.25, alpha: 2, beta: 1, seed: 1, bs, bptt };
}

/** Tokens spread over the whole vocabulary; another batch for every step. */
export function benchBatch({ vocab_sz, bs, bptt }: BenchDimensions, step: number): TokenBatch {
  const token = (at: number): number => Math.imul(at + step * 7919, 2654435761) >>> 0;
  const input = Int32Array.from({ length: bs * bptt }, (_, at) => token(at) % vocab_sz);
  return { rows: bs, length: bptt, input, target: input.map((_, at) => token(at + 1) % vocab_sz) };
}

/** Floating-point operations of a step's products: two forward and four backward for each weight and token. */
export function stepFlops({ vocab_sz, emb_sz, n_hid, n_layers, bs, bptt }: BenchDimensions): number {
  const layers = Array.from({ length: n_layers }, (_, layer) => {
    const inputs = layer === 0 ? emb_sz : n_hid;
    const hidden = layer === n_layers - 1 ? emb_sz : n_hid;
    return 4 * hidden * (inputs + hidden);
  });
  return 6 * bs * bptt * layers.reduce((sum, weights) => sum + weights, vocab_sz * emb_sz);
}
