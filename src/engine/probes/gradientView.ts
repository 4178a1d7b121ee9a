/** Gradients of one step in depth: how far back in time they reach, and how many gates let none through. */
import type { RunDescription } from '../../shared/engineContract.ts';
import type { GradientView, Reach } from '../../shared/stepContract.ts';
import { gateSaturation } from './gateSaturation.ts';
import type { RecordedStep } from './recordedStep.ts';

/** Per layer, the norm of dloss/dh_t of each time step [T] with how far it reaches, and shares of saturated gates. */
export function gradientView(recorded: RecordedStep, run: RunDescription): GradientView {
  const timeNorms: Float32Array[] = [];
  for (let norms; (norms = recorded.read(`grad_t/${timeNorms.length}`));) timeNorms.push(norms.data);
  return { ...reachOf(recorded.step, timeNorms), bptt: run.config.bptt, saturation: gateSaturation(recorded) };
}

/** `timeNorms`: by layer, the norm of a loss's gradient at each time step. */
export function reachOf(step: number, timeNorms: readonly Float32Array[]): Reach {
  const holding = (share: number): number[] => timeNorms.map((norms) => stepsHolding(norms, share));
  return { step, timeNorms, halfLife: holding(0.5), reach99: holding(0.99) };
}

/** How many of the last values hold this share of the sum of all; 0 when the sum is zero or not finite. */
export function stepsHolding(norms: Float32Array, share: number): number {
  const total = norms.reduce((sum, norm) => sum + norm, 0);
  if (!(total > 0 && total < Infinity)) return 0;
  let held = 0;
  let steps = 0;
  while (steps < norms.length && held < share * total) held += norms[norms.length - ++steps]!;
  return steps;
}
