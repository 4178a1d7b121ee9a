/** The question "compare with which run?" as data: every other run, with what is different about it. Pure. */
import { count, fixed } from '../../host/numberFormat.ts';
import { configOf, perplexity, type RunState } from '../../host/runState.ts';
import type { Translate } from '../../host/translate.ts';
import { configDifferences } from '../../shared/runDifferences.ts';

export interface OtherRun {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** In what it differs from the first, "weight_p 0.5 instead of 0.2". */
  readonly detail: string;
}

/** More differences than a line holds. */
const MOST_NAMED = 5;

/** All but `first`, newest first. */
export function otherRuns(runs: readonly RunState[], first: RunState, t: Translate): OtherRun[] {
  return runs
    .filter(({ id }) => id !== first.id)
    .map((run) => ({
      id: run.id,
      label: run.name,
      description: [
        t('step {0}', count(run.step)),
        ...(Number.isFinite(perplexity(run)) ? [t('ppl {0}', fixed(perplexity(run), 2))] : []),
        new Date(run.startedAt).toLocaleString(),
      ].join(' · '),
      detail: differencesInWords(first, run, t),
    }));
}

function differencesInWords(first: RunState, run: RunState, t: Translate): string {
  const [a, b] = [configOf(first), configOf(run)];
  if (!a || !b) return t('its config is not known yet');
  const all = configDifferences(a, b).map((one) => t('{0} {1} instead of {2}', one.key, one.b, one.a));
  if (all.length === 0) return t('the same config and seed');
  const more = all.length - MOST_NAMED;
  return [...all.slice(0, MOST_NAMED), ...(more > 0 ? [t('{0} more', count(more))] : [])].join(', ');
}
