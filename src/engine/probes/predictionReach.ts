/** The reach of the last prediction as views have it: norms by layer and time step, and the steps that hold half of them. */
import type { PredictionReach } from '../../shared/stepContract.ts';
import { reachOf } from './gradientView.ts';
import { lastPredictionOnce } from './oncePerStep.ts';
import type { RecordedStep } from './recordedStep.ts';

/** Throws a sentence when the step was kept without what it takes, as an earlier version did. */
export function predictionReach(recorded: RecordedStep): PredictionReach {
  const began = performance.now();
  const norms = lastPredictionOnce(recorded);
  if (!norms) throw new Error(`step ${recorded.step}: how far its last prediction reaches back was not kept`);
  return { ...reachOf(recorded.step, norms), ms: performance.now() - began };
}
