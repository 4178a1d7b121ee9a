import { BadInput } from '../../shared/failureCodes.ts';

/** A corpus that cannot be trained on: the message is one sentence for people (what, where, what would be right). */
export class CorpusError extends BadInput {
  override readonly name = 'CorpusError';
}
