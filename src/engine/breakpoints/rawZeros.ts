/**
 * Exact zeros in raw weights: there are hardly any unless a mask was multiplied into the raw weight itself and never taken
 * off again. Counting takes a pass over them, so it is done seldom and only for somebody who asked.
 */
import type { RecordedStep } from '../probes/recordedStep.ts';

export interface RawZeros {
  /** The raw weight with the largest share, and that share, 0 to 1. */
  readonly name: string;
  readonly share: number;
}

/** Of these parameters as they were in the step's forward pass; null when none of them was recorded. */
export function countRawZeros(recorded: Pick<RecordedStep, 'read'>, names: readonly string[]): RawZeros | null {
  let most: RawZeros | null = null;
  for (const name of names) {
    const data = recorded.read(name)?.data;
    if (!data) continue;
    let zeros = 0;
    for (const value of data) if (value === 0) zeros++;
    const share = zeros / data.length;
    if (most === null || share > most.share) most = { name, share };
  }
  return most;
}
