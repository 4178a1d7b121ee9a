/** What is said of a run that was asked to pause or to stop while it is on its way there: "pausing after this step…". */
import type { Halting } from '../shared/halting.ts';
import type { Translate } from './translate.ts';

export function haltingText({ by, after }: Halting, t: Translate): string {
  if (by === 'stop') return after === 'writing' ? t('stopping: writing a checkpoint…') : t('stopping after this step…');
  switch (after) {
    case 'step':
      return t('pausing after this step…');
    case 'evaluation':
      return t('pausing after this evaluation…');
    case 'writing':
      return t('pausing: writing this step…');
  }
}
