/**
 * Reads one file as text: UTF-8 of any script, byte order mark dropped, line ends unified to \n. What is not text is
 * refused with a sentence that says what it is instead.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CorpusError } from './corpusError.ts';

export interface TextFile {
  readonly text: string;
  readonly bytes: number;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/** Longer files do not fit into one string of every Node version we run on. */
const largest = 400 * 1024 * 1024;

/** Throws a {@link CorpusError} when the file is missing, unreadable, empty, binary, not UTF-8 or too large. */
export async function readTextFile(path: string): Promise<TextFile> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    throw new CorpusError(`${path}: ${whyUnreadable(error)}`, { cause: error });
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { text: decodeText(content, path), bytes: content.byteLength, sha256 };
}

/** The same for bytes that were read already; `name` stands in the sentence. */
export function decodeText(content: Uint8Array, name: string): string {
  if (content.byteLength > largest) {
    throw new CorpusError(`${name}: ${content.byteLength} bytes are too many for one document; split it below 400 MB`);
  }
  const [first, second] = content;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new CorpusError(`${name}: this is UTF-16; save it as UTF-8`);
  }
  if (content.includes(0)) throw new CorpusError(`${name}: this is binary data, not text; give UTF-8 text files`);
  if (!isUtf8(content)) {
    throw new CorpusError(`${name}: line ${brokenLine(content)} is not valid UTF-8; save the file as UTF-8`);
  }
  const text = normalise(new TextDecoder().decode(content));
  if (text.trim() === '') throw new CorpusError(`${name}: the file is empty; give text to train on`);
  return text;
}

/** Line ends as \n, without a byte order mark. */
export function normalise(text: string): string {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return body.includes('\r') ? body.replaceAll(/\r\n?/g, '\n') : body;
}

function brokenLine(content: Uint8Array): number {
  let [line, start] = [1, 0];
  for (;;) {
    const end = content.indexOf(10, start);
    if (end === -1 || !isUtf8(content.subarray(start, end))) return line;
    [line, start] = [line + 1, end + 1];
  }
}

function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file; check the path';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read; check its permissions';
  if (code === 'EISDIR') return 'this is a folder; name its files or the folder itself as the corpus';
  if (code === 'ERR_FS_FILE_TOO_LARGE') return 'it is too large for one document; split it below 400 MB';
  return `it cannot be read (${message})`;
}
