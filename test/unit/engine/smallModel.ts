/** A model and batches small enough to train in a test. */
import type { TrainerSettings } from '../../../src/engine/training/trainer.ts';
import type { TokenBatch } from '../../../src/engine/training/trainerBatch.ts';

export const SETTINGS: TrainerSettings = {
  optimizer: 'adam',
  wd: 0,
  sqr_mom: 0.99,
  eps: 1e-5,
  clip: 0.25,
  alpha: 2,
  beta: 1,
  seed: 3,
};

/** Tokens that count up by three: something a model can learn. */
export function tokenBatch(rows: number, length: number, vocabulary: number, start = 0): TokenBatch {
  const token = (at: number): number => (start + at * 3) % vocabulary;
  const input = Int32Array.from({ length: rows * length }, (_, at) => token(at));
  return { rows, length, input, target: input.map((_, at) => token(at + 1)) };
}
