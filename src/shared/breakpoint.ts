/**
 * A breakpoint of training: a condition on the numbers of a step, at which the run pauses with everything in hand. Those
 * that everyone starts with, and what is told when one is hit.
 */

export interface Breakpoint {
  /** Unique in its list, and the same for as long as the breakpoint exists. */
  readonly id: string;
  /** The condition (breakpointExpression.ts). */
  readonly when: string;
  readonly enabled: boolean;
  /** Hits before this one, counted from 1, do not pause; without it the first does. */
  readonly fromHit?: number;
}

/** A breakpoint that paused a run. */
export interface BreakpointHit {
  readonly id: string;
  readonly when: string;
  /** How often it has been hit in this run since that was started or resumed. */
  readonly hits: number;
}

/** Training on would only spread them: the one breakpoint that is on unless somebody switches it off. */
export const NOT_FINITE = 'non_finite > 0';

export const GRADIENT_JUMP = 'grad_norm > 10 * median(grad_norm)';
export const LOSS_JUMP = 'loss > 3 * median(loss)';
/**
 * The rule of thumb is 1e-3, but Adam at this model's usual rates (2e-3 to 5e-3) keeps its largest ratio between 0.006 and 0.02.
 * In the first steps that of biases which began near zero is far above: 0.9 at step 2, below 0.03 from about step 60 on.
 */
export const LONG_STEP = 'update_ratio > 0.03 && step > 100';
/** What a mask that is multiplied into the raw weight itself does (Better_LSTM_PyTorch #7). Single zeros come by chance. */
export const ZEROS_GROW = 'raw_zeros > previous(raw_zeros) + 0.001';

export const defaultBreakpoints: readonly Breakpoint[] = [
  { id: 'not-finite', when: NOT_FINITE, enabled: true },
  { id: 'gradient-jump', when: GRADIENT_JUMP, enabled: false },
  { id: 'loss-jump', when: LOSS_JUMP, enabled: false },
  { id: 'long-step', when: LONG_STEP, enabled: false },
  { id: 'zeros-grow', when: ZEROS_GROW, enabled: false },
];
