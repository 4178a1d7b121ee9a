/**
 * What the run had shown by the time of a step and the step's own tensors cannot show again: the last evaluation, kept
 * counts so far, parameters that changed on their own, and whether the output follows the raw weights. Plain JSON, so that
 * it is kept with the step.
 */

export interface StepEvidence {
  /** The newest evaluation by then; null before the first. */
  readonly evaluation: EvaluationEvidence | null;
  /** By mask name, summed over `steps` steps. */
  readonly kept: Readonly<Record<string, KeptCount>>;
  readonly steps: number;
  /** Changes of parameters outside an optimiser step, oldest first. */
  readonly moved: readonly MovedParameter[];
  /** How much the output changes when a raw weight is nudged, by its name; null when that was not tried at this step. */
  readonly nudged: Readonly<Record<string, number>> | null;
}

export interface EvaluationEvidence {
  readonly step: number;
  /** First tensor, in the order of computation, in which two passes over one batch differ; null when they do not. */
  readonly firstDifferent: string | null;
  /** Largest difference between the two passes, over all that was published. */
  readonly largestDifference: number;
}

export interface KeptCount {
  /** Drop probability after drop_mult. */
  readonly p: number;
  readonly kept: number;
  readonly draws: number;
}

export interface MovedParameter {
  readonly name: string;
  /** The step before whose forward pass it was seen. */
  readonly step: number;
  /** What ran meanwhile. */
  readonly during: 'an evaluation' | 'no optimiser step';
  /** Norm of the change; of a value overwritten in place only the difference of its norms is known. */
  readonly change: number;
}

export const NO_EVIDENCE: StepEvidence = { evaluation: null, kept: {}, steps: 0, moved: [], nudged: null };
