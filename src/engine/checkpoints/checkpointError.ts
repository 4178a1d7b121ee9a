/** A checkpoint or tensor file that cannot be used: the message is one sentence naming the file and what is wrong. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}
