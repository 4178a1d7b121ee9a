import { BadInput } from '../../shared/failureCodes.ts';

/** A run folder that cannot be used as asked: the message is one sentence naming the folder and what would be right. */
export class RunFolderError extends BadInput {
  override readonly name = 'RunFolderError';
}
