/**
 * The numbers of a training step that a breakpoint's condition can name: those of its line in metrics.jsonl, and two that
 * are taken from what the step is made of. How each is called in a sentence, and what it is.
 */

interface BreakpointNumber {
  /** As it stands in a sentence, before its value. */
  readonly phrase: string;
  /** One line for whoever writes a condition. */
  readonly meaning: string;
}

export const breakpointNumbers = {
  loss: { phrase: 'loss', meaning: 'ce + ar + tar' },
  grad_norm: { phrase: 'gradient norm', meaning: 'norm of all gradients, before clipping' },
  grad_norm_clipped: { phrase: 'clipped gradient norm', meaning: 'the same after clipping' },
  update_ratio: {
    phrase: 'update-to-weight ratio',
    meaning: 'the largest of any parameter: norm of its change / norm; on steps 1 to 1000 and every 16th',
  },
  raw_zeros: {
    phrase: 'share of exact zeros',
    meaning: 'the largest of any raw weight, 0 to 1; on about every 16th step',
  },
  step: { phrase: 'step', meaning: 'counted from 1' },
  epoch: { phrase: 'epoch', meaning: 'counted from 1' },
  ce: { phrase: 'cross-entropy', meaning: 'nats per token' },
  ar: { phrase: 'activation regularisation', meaning: 'its part of the loss' },
  tar: { phrase: 'temporal activation regularisation', meaning: 'its part of the loss' },
  ppl: { phrase: 'perplexity', meaning: 'exp(ce)' },
  lr: { phrase: 'learning rate', meaning: 'of the last layer group' },
  bptt: { phrase: 'sequence length', meaning: 'time steps of the batch' },
  tokens: { phrase: 'tokens', meaning: 'of the batch' },
  ms: { phrase: 'milliseconds', meaning: 'that the step took' },
  introspection_ms: { phrase: 'milliseconds of introspection', meaning: 'those of the step that looking inside took' },
  non_finite: { phrase: 'count of numbers that are not finite', meaning: 'in the loss and all gradients' },
} as const satisfies Record<string, BreakpointNumber>;

export type NumberName = keyof typeof breakpointNumbers;

/** Looks back: median, mean, min and max over the steps before, previous at the latest of them. */
export const breakpointFunctions = {
  median: 'of the last 64 steps before this one',
  mean: 'of the last 64 steps before this one',
  min: 'of the last 64 steps before this one',
  max: 'of the last 64 steps before this one',
  previous: 'the value before this one',
  abs: 'without its sign',
} as const;

export type FunctionName = keyof typeof breakpointFunctions;

export function isNumberName(name: string): name is NumberName {
  return Object.hasOwn(breakpointNumbers, name);
}

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(breakpointFunctions, name);
}
