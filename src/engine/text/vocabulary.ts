/**
 * The vocabulary: ids of tokens, the nine special ones first, then the rest by frequency (ties in order of first
 * occurrence). Counting happens on provisional ids, so that a large corpus is held as numbers and never as strings.
 */
import { CorpusError } from './corpusError.ts';
import { specialTokens, unknownId } from './specialTokens.ts';

/** Immutable; the index of a token is its id. */
export class Vocabulary {
  readonly tokens: readonly string[];
  private readonly ids: ReadonlyMap<string, number>;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
    this.ids = new Map(tokens.map((token, id) => [token, id]));
  }

  get size(): number {
    return this.tokens.length;
  }

  /** The id of a token; that of xxunk for one that is not in the vocabulary. */
  idOf(token: string): number {
    return this.ids.get(token) ?? unknownId;
  }

  numericalise(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, (token) => this.idOf(token));
  }

  denumericalise(ids: Iterable<number>): string[] {
    return Array.from(ids, (id) => this.tokens[id] ?? specialTokens[unknownId]!);
  }
}

/** The vocabulary of a vocab.json: an array of distinct texts that begins with the special tokens. */
export function readVocabulary(value: unknown, where: string): Vocabulary {
  const wrong = (why: string) => new CorpusError(`${where}: ${why}; a vocabulary is a JSON array of distinct tokens`);
  if (!Array.isArray(value)) throw wrong('this is not an array');
  const tokens: unknown[] = value;
  const odd = tokens.findIndex((token) => typeof token !== 'string');
  if (odd >= 0) throw wrong(`entry ${odd} is not a text`);
  if (new Set(tokens).size !== tokens.length) throw wrong('a token stands in it twice');
  const missing = specialTokens.findIndex((token, id) => tokens[id] !== token);
  if (missing >= 0) throw wrong(`entry ${missing} is not ${specialTokens[missing]}`);
  return new Vocabulary(tokens as string[]);
}

/** Counts tokens and gives each distinct one a provisional number, in order of first occurrence. */
export class TokenCounter {
  private readonly numbers = new Map<string, number>();
  private readonly counts: number[] = [];

  /** The provisional number of a token, counted once more. */
  add(token: string): number {
    const known = this.numbers.get(token);
    if (known !== undefined) {
      this.counts[known]!++;
      return known;
    }
    const number = this.counts.length;
    this.numbers.set(token, number);
    this.counts.push(1);
    return number;
  }

  /** The vocabulary of all that was counted. `maxVocab` includes the special tokens. */
  vocabulary({ maxVocab, minFreq }: { maxVocab: number; minFreq: number }): Vocabulary {
    const special = new Set<string>(specialTokens);
    const frequent = [...this.numbers]
      .filter(([token, number]) => this.counts[number]! >= minFreq && !special.has(token))
      .sort(([, a], [, b]) => this.counts[b]! - this.counts[a]! || a - b)
      .slice(0, Math.max(0, maxVocab - specialTokens.length));
    return new Vocabulary([...specialTokens, ...frequent.map(([token]) => token)]);
  }

  /** Table from provisional numbers to ids. */
  idsIn(vocabulary: Vocabulary): Int32Array {
    return Int32Array.from(this.numbers.keys(), (token) => vocabulary.idOf(token));
  }
}
