/** Why a run stands still or ends at a step, as people read it: "step N: what was seen (what to do)". */
import type { Halt } from './breakpoints.ts';

/** `checkpointed`: the step of the last good checkpoint, 0 without one. */
export function notFiniteSentence(step: number, tensor: string, checkpointed: number): string {
  const from = checkpointed === 0 ? 'from the start' : `from the last good checkpoint, step ${checkpointed}`;
  return `step ${step}: the numbers are not finite, first in ${tensor} (resume goes on ${from}; a smaller lr or clip avoids it)`;
}

/** When somebody has switched the breakpoint for it off. */
export function goesOnSentence(step: number, tensor: string): string {
  return `step ${step}: the numbers are not finite, first in ${tensor}; training goes on, for no breakpoint pauses here, and keeps no checkpoint until they are finite again`;
}

export function haltSentence(step: number, { why }: Halt): string {
  return `step ${step}: ${why}`;
}

/** Where nobody can be asked a breakpoint ends the run. */
export function endSentence(step: number, halt: Halt): string {
  const conditions = halt.hits.map(({ when }) => `"${when}"`).join(' and ');
  return `${haltSentence(step, halt)}: the breakpoint ${conditions} ends the run here (a checkpoint of this step is kept, and resuming goes on from it)`;
}
