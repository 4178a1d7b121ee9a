/**
 * Contiguous-stream batches as in fastai (docs/semantics.md H6): the tokens of all documents are one long text, cut
 * into `bs` rows of equal length that are read side by side. Row r of a batch goes on where row r of the last one
 * ended, so the hidden state can be carried over; targets are the inputs shifted by one.
 */
import { fnv1a } from '../../shared/fnv1a.ts';
import { philoxWords } from '../../shared/philox.ts';
import { CorpusError } from './corpusError.ts';

export interface Batch {
  readonly rows: number;
  readonly length: number;
  /** [rows, length], row-major. */
  readonly input: Int32Array;
  /** [rows, length]: the token after each input. */
  readonly target: Int32Array;
}

/** One split cut into `rows` streams. */
export interface Streams {
  readonly rows: number;
  /** Tokens that each row can be asked to predict. */
  readonly rowLength: number;
  /** The batch that begins at position `start` of every row; the last one may be shorter than asked for. */
  read(start: number, length: number): Batch;
}

/** Tokens that each of `rows` streams can be asked to predict, of `tokens` in all. */
export function rowLength(tokens: number, rows: number): number {
  return Math.max(0, Math.floor((tokens - 1) / rows));
}

/** Cuts `tokens` into `rows` streams. */
export function cutStreams(tokens: Int32Array, rows: number): Streams {
  const each = rowLength(tokens.length, rows);
  return {
    rows,
    rowLength: each,
    read(start, wanted) {
      if (start < 0 || start >= each || wanted < 1) {
        throw new RangeError(`no batch at ${start} with ${wanted} tokens: rows have ${each}`);
      }
      const length = Math.min(wanted, each - start);
      const input = new Int32Array(rows * length);
      const target = new Int32Array(rows * length);
      for (let row = 0; row < rows; row++) {
        const from = row * each + start;
        input.set(tokens.subarray(from, from + length), row * length);
        target.set(tokens.subarray(from + 1, from + length + 1), row * length);
      }
      return { rows, length, input, target };
    },
  };
}

/** All batches of one epoch with a constant bptt, in order. */
export function* epochBatches(streams: Streams, bptt: number): Generator<Batch> {
  for (let start = 0; start < streams.rowLength; start += bptt) yield streams.read(start, bptt);
}

/** Throws a {@link CorpusError} when not even one whole batch of bs x bptt fits, and names the largest that does. */
export function requireOneBatch(tokens: number, { bs, bptt }: { bs: number; bptt: number }): void {
  const usable = tokens - 1;
  if (usable >= bs * bptt) return;
  const needed = `bs ${bs} x bptt ${bptt} needs ${bs * bptt + 1}`;
  if (usable < 1) throw new CorpusError(`the corpus has ${tokens} training tokens and ${needed}; give more text`);
  const [shorter, fewer] = [Math.floor(usable / bs), Math.floor(usable / bptt)];
  const fits = [shorter > 0 && `bptt ${shorter} with bs ${bs}`, fewer > 0 && `bs ${fewer} with bptt ${bptt}`];
  const offers = fits.filter((offer) => offer !== false);
  const largest = offers.length > 0 ? offers.join(', or ') : `bptt ${usable} with bs 1`;
  throw new CorpusError(`the corpus has ${tokens} training tokens and ${needed}; the largest that fits is ${largest}`);
}

/** Rows for a validation split: as many as fit with whole windows, at least 1, at most bs; 0 when there is nothing. */
export function validationRows(tokens: number, { bs, bptt }: { bs: number; bptt: number }): number {
  return tokens < 2 ? 0 : Math.min(bs, Math.max(1, Math.floor((tokens - 1) / bptt)));
}

/** Documents one after another as one text; `order` names which comes when. */
export function joinDocuments(documents: readonly Int32Array[], order?: readonly number[]): Int32Array {
  const joined = new Int32Array(documents.reduce((n, document) => n + document.length, 0));
  let at = 0;
  for (const index of order ?? documents.keys()) {
    joined.set(documents[index]!, at);
    at += documents[index]!.length;
  }
  return joined;
}

/** The order of `count` documents in an epoch: a Fisher-Yates shuffle that seed and epoch (from 0) determine alone. */
export function documentOrder(count: number, seed: number, epoch: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  const words = philoxWords(count, { seed, site: fnv1a('document order'), call: epoch, repeat: 0 });
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
