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

/** Timers differ by a little; half a millisecond a step or a tenth is forgiven. */
const forgiven = (ms: number, steps: number): number => 0.5 * steps + 0.1 * ms;

export function honestCost(costs: readonly StepCost[]): PromiseVerdict {
  const sum = (part: keyof StepCost): number => costs.reduce((total, cost) => total + cost[part], 0);
  const [told, ms, wall, view] = [sum('introspectionMs'), sum('ms'), sum('wallMs'), sum('viewMs')];
  const share = told / ms;
  const broken = !(told >= 0 && told <= ms)
    ? `looking is said to have taken ${told.toFixed(1)} ms of ${ms.toFixed(1)} ms, which cannot be`
    : Math.abs(told - view) > forgiven(view, costs.length)
      ? `looking is said to have taken ${told.toFixed(1)} ms; a clock beside it saw ${view.toFixed(1)} ms`
      : Math.abs(ms - wall) > forgiven(wall, costs.length)
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
