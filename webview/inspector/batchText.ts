/**
 * The tokens of a batch with what is known of each: its word, whether its type was dropped, the loss of predicting it and
 * what dropout of single elements would have done to it instead. Joined from two answers of one and the same step.
 */
import type { BatchView, RunDescription } from '../../src/shared/engineContract.ts';
import type { TokenView } from '../../src/shared/stepContract.ts';
import { count, fixed, integer, percent } from '../shared/format.ts';

export interface TextToken {
  readonly row: number;
  readonly column: number;
  readonly word: string;
  readonly dropped: boolean;
  /** Occurrences of its type in the batch. */
  readonly occurrences: number;
  /** Cross-entropy of predicting it from what stands before, nats; NaN for a row's first, which nothing here predicted. */
  readonly loss: number;
  /** Share of its elements that element dropout would have dropped; NaN when that was not drawn. */
  readonly elements: number;
}

/** What the run's vocabulary holds. */
export function unitOf({ description }: { readonly description: RunDescription | null }): 'word' | 'character' {
  return description?.config.tokenizer === 'char' ? 'character' : 'word';
}

export class BatchText {
  readonly batch: BatchView;
  private readonly tokens: TokenView | null;
  private readonly index: ReadonlyMap<number, number>;
  private readonly occurrences = new Map<number, number>();

  /** Losses of another step are left out: they would stand under words they are not of. */
  constructor(batch: BatchView, tokens: TokenView | null) {
    this.batch = batch;
    this.tokens = tokens?.step === batch.step && tokens.length === batch.length ? tokens : null;
    this.index = new Map(Array.from(batch.ids, (id, at) => [id, at] as const));
    for (const id of batch.input) this.occurrences.set(id, (this.occurrences.get(id) ?? 0) + 1);
  }

  get hasLosses(): boolean {
    return this.tokens !== null;
  }

  at(row: number, column: number): TextToken {
    const { batch, tokens } = this;
    const place = row * batch.length + column;
    const id = batch.input[place] ?? -1;
    const at = this.index.get(id) ?? -1;
    // A loss is that of a target, and the target of a position is the input of the next.
    const predicted = column > 0 && tokens?.target[place - 1] === id;
    return {
      row,
      column,
      word: (batch.words[at] ?? '?').replaceAll('\n', '↵'),
      dropped: batch.dropped[at] === 1,
      occurrences: this.occurrences.get(id) ?? 0,
      loss: predicted ? (tokens.loss[place - 1] ?? NaN) : NaN,
      elements: tokens?.elementDropped[place] ?? NaN,
    };
  }

  /** Share of all elements of the batch that element dropout would have dropped. */
  meanElements(): number {
    const shares = this.tokens?.elementDropped;
    return shares && shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / shares.length : NaN;
  }

  meanLoss(): number {
    const losses = this.tokens?.loss;
    return losses && losses.length > 0 ? losses.reduce((sum, loss) => sum + loss, 0) / losses.length : NaN;
  }
}

/** What is known of one token; `elements` is the embedding size, `unit` word or character. */
export function tokenInWords(
  token: TextToken,
  step: number,
  elements: number,
  unit: string,
  byElement: boolean,
): string {
  const { word, dropped, occurrences, loss, row, column } = token;
  const where = `"${word}" (row ${row}, position ${column})`;
  const times = occurrences === 1 ? 'once in this batch' : `${integer(occurrences)} times in this batch`;
  const fate = byElement
    ? Number.isNaN(token.elements)
      ? 'element dropout was not drawn'
      : `nn.Dropout would have dropped ${integer(token.elements * elements)} of its ${count(elements, 'element')} (${percent(token.elements)}) here, others elsewhere`
    : dropped
      ? `dropped as a ${unit} at step ${integer(step)}, ${occurrences === 1 ? 'where it stands' : 'wherever it stands'}: ${times}`
      : `kept at step ${integer(step)}, ${times}`;
  const cost = Number.isNaN(loss) ? '' : ` Loss of predicting it: ${fixed(loss, 2)} nats.`;
  return `${where}: ${fate}.${cost}`;
}
