/** What stands where a picture will be: whether one is to come at all, and what it waits for. */
import { integer } from '../shared/format.ts';
import { nearestKept } from './keptRail.ts';
import { viewedStep, type PageState } from './store.ts';

export function waitingSentence(state: PageState): string {
  const { link, summary, kept } = state;
  if (link === 'connecting') return 'Asking which run to show.';
  if (!summary) return 'Steps appear here once a run records one.';
  if (summary.step === 0) return 'Waiting for the first recorded step.';
  const step = nearestKept(kept, viewedStep(state));
  if (!kept || step === null) return 'Asking which steps were kept.';
  const of = kept.steps.length === 1 ? 'the one that was kept' : `one of the ${integer(kept.steps.length)} kept`;
  return `Reading step ${integer(step)}, ${of}${kept.where === 'folder' ? ' in the run folder' : ''}.`;
}

/** The label of the picture meanwhile. */
export function waitingLabel(what: string, { summary }: PageState): string {
  return `${what}: ${summary && summary.step > 0 ? 'being read' : 'not recorded yet'}`;
}
