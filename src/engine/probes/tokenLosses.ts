/** The loss of every token of a recorded step. */
import type { RecordedStep } from './recordedStep.ts';

/** Name under which stored steps keep the losses. */
export const TOKEN_LOSS = 'token_loss';

/** Cross-entropy of each target in nats, [B * T]; undefined when the step does not hold it. */
export function tokenLosses(recorded: RecordedStep): Float32Array | undefined {
  return (recorded.read('loss/token') ?? recorded.read(TOKEN_LOSS))?.data;
}
