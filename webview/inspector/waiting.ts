/** What stands where a picture will be: whether one is to come at all, or is only being fetched. */
import type { PageState } from './store.ts';

export function waitingSentence({ summary }: PageState): string {
  if (!summary) return 'Steps appear here once a run records one.';
  return summary.step > 0 ? 'Reading the recorded step.' : 'Waiting for the first recorded step.';
}
