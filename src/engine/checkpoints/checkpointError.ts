import { BadInput } from '../../shared/failureCodes.ts';

/** A checkpoint or tensor file that cannot be used: the message is one sentence naming the file and what is wrong. */
export class CheckpointError extends BadInput {
  override readonly name = 'CheckpointError';
}
