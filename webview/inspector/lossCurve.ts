/** The loss of a run as lines over its steps, or all of it as perplexity: raw, smoothed, and at the evaluations. */
import type { Point } from './axisTicks.ts';
import type { History } from './history.ts';

/** Weight of the past in the smoothed line, as TensorBoard's default; never carried across a value that is not finite. */
const SMOOTHING = 0.6;

export interface LossCurve {
  readonly raw: Point[];
  readonly smooth: Point[];
  readonly valid: Point[];
  /** Steps whose loss was not finite. */
  readonly notFinite: number[];
}

export function lossCurve(history: History, measure: 'loss' | 'perplexity'): LossCurve {
  const asShown = measure === 'loss' ? (ce: number) => ce : Math.exp;
  const steps = history.column('step').values();
  // Perplexity is defined by cross-entropy alone; the loss holds the regularisation terms as well.
  const losses = history.column(measure === 'loss' ? 'loss' : 'ce').values();
  const raw: Point[] = [];
  const smooth: Point[] = [];
  const notFinite: number[] = [];
  let mean = 0;
  let share = 1;
  for (let index = 0; index < steps.length; index++) {
    const [x, loss] = [steps[index] ?? NaN, losses[index] ?? NaN];
    const finite = Number.isFinite(loss);
    if (finite) {
      mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
      share *= SMOOTHING;
    } else {
      [mean, share] = [0, 1];
      notFinite.push(x);
    }
    raw.push({ x, y: finite ? asShown(loss) : NaN });
    smooth.push({ x, y: finite ? asShown(mean / (1 - share)) : NaN });
  }
  const valid = Array.from(history.validStep.values(), (x, index) => ({ x, y: asShown(history.validCe.at(index)) }));
  return { raw, smooth, valid, notFinite };
}
