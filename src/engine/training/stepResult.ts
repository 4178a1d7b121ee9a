/** The numbers of a training step, put together from what was read back. */
import type { Parameter } from '../nn/parameter.ts';
import type { LayerGroups } from './layerGroups.ts';
import { findNonFinite } from './trainerNonFinite.ts';
import type { StepValues } from './trainerReadout.ts';
import type { Recording } from './trainerRecording.ts';
import type { StepFacts } from './trainerStep.ts';

export interface ParameterStatistics {
  /** Norm of the parameter before the update. */
  w: number;
  /** Norm of its gradient before clipping; 0 when it got none. */
  g: number;
  /** Norm of the change divided by w. */
  u: number;
}

export interface SiteStatistics {
  /** Drop probability in force. */
  p: number;
  /** Of `draws` independent draws, how many were kept. */
  kept: number;
  draws: number;
}

export interface StepResult {
  loss: number;
  ce: number;
  ar: number;
  tar: number;
  gradNorm: number;
  gradNormClipped: number;
  /** Values of loss and gradients that are not finite, and the first tensor of the step that has one. */
  nonFinite: number;
  firstNonFinite?: string;
  /** Empty when no details were asked for; so is `sites`. */
  params: Record<string, ParameterStatistics>;
  sites: Record<string, SiteStatistics>;
  /** Parameters that no gradient reached. */
  withoutGradient: string[];
}

export interface ReadStep {
  readonly facts: StepFacts;
  readonly values: StepValues;
  readonly details: boolean;
  readonly recording: Recording;
}

/**
 * Norms are roots of the sums of squares that were read; losses are in nats. Where loss or gradient norm is not finite, every
 * gradient is read and its values are counted.
 */
export function stepResult(
  { facts, values, details, recording }: ReadStep,
  parameters: ReadonlyMap<string, Parameter>,
  groups: LayerGroups,
): StepResult {
  const [loss, gradNorm] = [values('loss'), values('norm')];
  const finite = Number.isFinite(loss + gradNorm);
  const { count, first } = finite ? { count: 0, first: undefined } : findNonFinite(recording);
  const names = [...parameters.keys()];
  const statistics = (name: string): ParameterStatistics => {
    const norm = (what: 'w' | 'g' | 'u'): number => Math.sqrt(values(`${what}/${name}`));
    const w = norm('w');
    const reached = facts.reached.has(name);
    const moves = reached && groups.trains(name) && w > 0;
    return { w, g: reached ? norm('g') : 0, u: moves ? norm('u') / w : 0 };
  };
  const sites = facts.sites.map(({ name, p, draws }) => [name, { p, kept: values(`kept/${name}`), draws }] as const);
  return {
    loss,
    ce: values('loss/ce'),
    ar: values('loss/ar'),
    tar: values('loss/tar'),
    gradNorm,
    gradNormClipped: values('clipped'),
    nonFinite: finite ? 0 : Math.max(1, count),
    ...(first === undefined ? {} : { firstNonFinite: first }),
    params: details ? Object.fromEntries(names.map((name) => [name, statistics(name)])) : {},
    sites: details ? Object.fromEntries(sites) : {},
    withoutGradient: names.filter((name) => !facts.reached.has(name)),
  };
}
