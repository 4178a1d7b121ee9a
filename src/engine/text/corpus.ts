/**
 * A corpus ready for training: every document as token ids, cut into a training and a validation part, with the
 * vocabulary. Texts are read one after another and kept as numbers only.
 */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Config } from '../../shared/hyperparameters.ts';
import { withoutTags } from './brownTags.ts';
import { CorpusError } from './corpusError.ts';
import { type CorpusFile, findCorpusFiles } from './corpusFiles.ts';
import { decodeText, readTextFile, type TextFile } from './textFile.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';
import { TokenCounter, type Vocabulary } from './vocabulary.ts';

export interface CorpusRequest {
  /** Files, folders or globs, absolute or relative to `base`. */
  readonly entries: readonly string[];
  readonly base: string;
  /** Texts that are no files. */
  readonly documents?: readonly { readonly name: string; readonly text: string }[];
  readonly config: Pick<Config, 'tokenizer' | 'max_vocab' | 'min_freq' | 'valid_fraction'>;
  /** A vocabulary that exists already (a resumed run, given weights); without one it is made from the corpus. */
  readonly vocabulary?: Vocabulary;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly name: string; readonly done: number; readonly total: number }) => void;
}

export interface CorpusDocument {
  /** Absolute path, or the given name of a text that is no file. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The file was tagged like the Brown corpus and read as plain words. */
  readonly tagsStripped: boolean;
  readonly train: Int32Array;
  readonly valid: Int32Array;
}

export interface Corpus {
  readonly documents: readonly CorpusDocument[];
  /** Files of a folder that are no usable text, each with the reason in words. */
  readonly skipped: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly trainTokens: number;
  readonly validTokens: number;
}

/** Reads everything. Throws {@link CorpusError} for what cannot be trained on; the signal's reason when aborted. */
export async function loadCorpus(request: CorpusRequest): Promise<Corpus> {
  const { documents = [], config, onProgress } = request;
  const files = await findCorpusFiles(request.entries, request.base);
  const total = files.length + documents.length;
  if (total === 0) throw new CorpusError('no corpus was given; name text files, folders or globs');
  const counter = new TokenCounter();
  const tokenizer = createTokenizer(config.tokenizer);
  const skipped: string[] = [];
  const loaded: CorpusDocument[] = [];
  const add = async (name: string, file: TextFile) => {
    onProgress?.({ name, done: loaded.length + skipped.length, total });
    const plain = withoutTags(file.text);
    const ids = await tokenNumbers(plain ?? file.text, tokenizer, counter, request.signal);
    const cut = ids.length - Math.floor(ids.length * config.valid_fraction);
    const { bytes, sha256 } = file;
    const parts = { train: ids.subarray(0, cut), valid: ids.subarray(cut) };
    loaded.push({ name, bytes, sha256, tagsStripped: plain !== undefined, ...parts });
  };
  for (const file of files) {
    const content = await readOrSkip(file, skipped);
    if (content !== undefined) await add(file.path, content);
  }
  for (const { name, text } of documents) await add(name, textDocument(name, text));
  if (loaded.length === 0) throw new CorpusError(`no file of the corpus is usable: ${skipped[0]}`);
  const vocabulary = request.vocabulary ?? counter.vocabulary({ maxVocab: config.max_vocab, minFreq: config.min_freq });
  const ids = counter.idsIn(vocabulary);
  for (const { train, valid } of loaded) for (const part of [train, valid]) renumber(part, ids);
  const sum = (part: 'train' | 'valid') => loaded.reduce((n, document) => n + document[part].length, 0);
  return { documents: loaded, skipped, vocabulary, trainTokens: sum('train'), validTokens: sum('valid') };
}

/** A file that was named must be good; one that merely lay in a folder is passed over and mentioned. */
async function readOrSkip({ path, named }: CorpusFile, skipped: string[]): Promise<TextFile | undefined> {
  try {
    return await readTextFile(path);
  } catch (error) {
    if (named || !(error instanceof CorpusError)) throw error;
    skipped.push(error.message);
    return undefined;
  }
}

function textDocument(name: string, text: string): TextFile {
  const content = Buffer.from(text, 'utf8');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { text: decodeText(content, name), bytes: content.byteLength, sha256 };
}

/** Characters cut between two looks at the event loop, so that the engine can still answer and stop. */
const pieceLength = 500_000;

/** Provisional numbers of a document's tokens, xxbos first. */
async function tokenNumbers(
  text: string,
  tokenizer: Tokenizer,
  counter: TokenCounter,
  signal: AbortSignal | undefined,
): Promise<Int32Array> {
  // Words are longer than four characters with their space; characters fit exactly after doubling twice.
  let numbers = new Int32Array(Math.ceil(text.length / 4) + 1);
  let length = 0;
  const emit = (token: string) => {
    if (length === numbers.length) {
      const larger = new Int32Array(length * 2);
      larger.set(numbers);
      numbers = larger;
    }
    numbers[length++] = counter.add(token);
  };
  emit('xxbos');
  for (let start = 0; start < text.length;) {
    const end = pieceEnd(text, start);
    tokenizer(text.slice(start, end), emit);
    start = end;
    if (start >= text.length) break;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return numbers.subarray(0, length);
}

/**
 * A piece ends after whitespace, so that no word is cut. Where there is none for as long again (Chinese on one line, a
 * monstrous word) it ends between two characters.
 */
function pieceEnd(text: string, start: number): number {
  const wanted = start + pieceLength;
  for (let at = wanted; at < Math.min(text.length, wanted + pieceLength); at++) {
    if (/\s/.test(text[at]!)) return at + 1;
  }
  if (text.length <= wanted + pieceLength) return text.length;
  return wanted + (text.codePointAt(wanted - 1)! > 0xffff ? 1 : 0);
}

function renumber(numbers: Int32Array, ids: Int32Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = ids[numbers[i]!]!;
}
