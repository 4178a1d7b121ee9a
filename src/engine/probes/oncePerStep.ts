/**
 * What is computed from a step's activations takes passes of its own, and is asked for twice: by views, and when the step
 * is written down. It is computed once and remembered as long as the step is.
 */
import { gateView } from './gateUnits.ts';
import { lastPrediction } from './lastPrediction.ts';
import type { RecordedStep } from './recordedStep.ts';

/** See the function of that name without "Once"; the values given belong to everybody and are not to be changed. */
export const gateViewOnce = oncePerStep(gateView);
export const lastPredictionOnce = oncePerStep(lastPrediction);

/** What cannot be computed is tried again. */
function oncePerStep<T>(compute: (recorded: RecordedStep) => T): (recorded: RecordedStep) => T {
  const known = new WeakMap<RecordedStep, T>();
  return (recorded) => {
    const found = known.get(recorded) ?? compute(recorded);
    if (found !== undefined) known.set(recorded, found);
    return found;
  };
}
