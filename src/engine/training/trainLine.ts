/** The line of metrics.jsonl that a training step leaves (docs/contracts.md, 3). */
import type { TrainLine } from '../../shared/engineContract.ts';
import type { StepResult } from './stepResult.ts';

/** What is known of a step besides its numbers. */
type Facts = Pick<TrainLine, 'step' | 'epoch' | 'lr' | 'bptt' | 'tokens' | 'ms' | 'introspection_ms'>;

/** With `details` also the numbers of each parameter and dropout site. */
export function trainLine(facts: Facts, result: StepResult, details: boolean): TrainLine {
  const { step, epoch, lr, bptt, tokens, ms, introspection_ms } = facts;
  const { loss, ce, ar, tar, gradNorm, gradNormClipped, nonFinite } = result;
  const line: TrainLine = {
    step,
    epoch,
    loss,
    ce,
    ar,
    tar,
    ppl: Math.exp(ce),
    lr,
    bptt,
    tokens,
    ms,
    grad_norm: gradNorm,
    grad_norm_clipped: gradNormClipped,
    non_finite: nonFinite,
    introspection_ms,
  };
  return details ? { ...line, params: parameterStats(result), sites: siteStats(result) } : line;
}

/** A leaf that no gradient reached has none, which is not the same as a gradient of zero. */
function parameterStats({ params, withoutGradient }: StepResult): NonNullable<TrainLine['params']> {
  const cut = new Set(withoutGradient);
  return Object.fromEntries(
    Object.entries(params).map(([name, { w, g, u }]) => [name, { w, g: cut.has(name) ? null : g, u }]),
  );
}

function siteStats({ sites }: StepResult): NonNullable<TrainLine['sites']> {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { p, kept, draws }]) => [name, { p, kept: kept / draws, draws }]),
  );
}
