/** What is asked in What if, and how far the answer is. The choice outlives a reload; the answer is asked for again. */
import type { BatchView } from '../../src/shared/engineContract.ts';
import { valuesAsTrained, type WhatIfRequest, type WhatIfValues, type WhatIfView } from '../../src/shared/whatIf.ts';
import type { PageState } from './store.ts';

export interface WhatIfChoice {
  /** The run and step that are asked about; a step of 0: none yet. */
  readonly run: string;
  readonly step: number;
  readonly changes: WhatIfRequest['changes'];
}

export interface WhatIfAnswer {
  /** The last answer, which stays while another is awaited: it says itself what it is of. */
  readonly view: WhatIfView | null;
  /** The words of its step. */
  readonly batch: BatchView | null;
  /** Draws done of those awaited; null while nothing is. */
  readonly awaited: { readonly done: number; readonly draws: number } | null;
  /** Why the last question was not answered, or "". */
  readonly trouble: string;
}

export const noAnswer: WhatIfAnswer = { view: null, batch: null, awaited: null, trouble: '' };

/** All values that are asked about; null before the run has told its config. */
export function askedValues({ description, whatIf }: PageState): WhatIfValues | null {
  return description && { ...valuesAsTrained(description.config), ...whatIf.changes };
}

/** The step whose tensors are on the page; 0 while there are none. */
export function stepOnPage({ weight, mask }: PageState): number {
  return (weight ?? mask)?.step ?? 0;
}
