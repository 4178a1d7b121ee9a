/** A run folder that cannot be used as asked: the message is one sentence naming the folder and what would be right. */
export class RunFolderError extends Error {
  override readonly name = 'RunFolderError';
}
