/** Honest cost: the time spent on looking is measured, part of the step's time, and told. */
import type { PromiseVerdict } from '../../../shared/jobContract.ts';
import { percent } from '../verdict.ts';

/** One training step with a view answered after it, as the step's line in metrics.jsonl counts it and as a clock saw it. */
export interface StepCost {
  /** Of the line: the whole step, and how much of it was looking. */
  readonly ms: number;
  readonly introspectionMs: number;
  /** Of a clock around both, and around the view alone. */
  readonly wallMs: number;
  readonly viewMs: number;
}

/** How far two clocks around the same work may be apart. */
const forgiven = (ms: number): number => 2 + 0.1 * ms;

/** The middle one: a step in which the machine did something else between two clocks says nothing about honesty. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}

export function honestCost(costs: readonly StepCost[]): PromiseVerdict {
  const sum = (part: keyof StepCost): number => costs.reduce((total, cost) => total + cost[part], 0);
  const [told, ms, wall, view] = [sum('introspectionMs'), sum('ms'), sum('wallMs'), sum('viewMs')];
  const share = told / ms;
  const apart = (one: keyof StepCost, other: keyof StepCost): boolean =>
    median(costs.map((cost) => Math.abs(cost[one] - cost[other]) - forgiven(cost[other]))) > 0;
  const broken = !(told >= 0 && told <= ms)
    ? `looking is said to have taken ${told.toFixed(1)} ms of ${ms.toFixed(1)} ms, which cannot be`
    : apart('introspectionMs', 'viewMs')
      ? `looking is said to have taken ${told.toFixed(1)} ms; a clock beside it saw ${view.toFixed(1)} ms`
      : apart('ms', 'wallMs')
        ? `steps are said to have taken ${ms.toFixed(1)} ms; a clock beside them saw ${wall.toFixed(1)} ms`
        : null;
  const sentence =
    broken ??
    `looking took ${told.toFixed(1)} ms of ${ms.toFixed(1)} ms in ${costs.length} steps with a view open, ${percent(share)}, as a clock beside it confirms`;
  const holds = broken === null;
  return {
    promise: 'honest-cost',
    title: 'Honest cost',
    holds,
    sentence,
    number: Number((100 * share).toPrecision(3)),
    unit: '%',
  };
}
