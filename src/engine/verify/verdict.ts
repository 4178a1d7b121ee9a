/** What an examination ends in, and the form every promise has: it looks at each step, then says whether it held. */
import type { PromiseVerdict } from '../../shared/jobContract.ts';
import type { StepEvidence } from './evidence.ts';

export interface Examiner {
  look(step: StepEvidence): void;
  /** After all steps. */
  verdict(): PromiseVerdict;
}

/** A share in words: 12.5 %. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** Names for a sentence: the first three, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return names.slice(0, 3).join(', ') + more;
}
