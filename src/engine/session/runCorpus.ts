/**
 * Which texts a run reads, and the proof on resuming that they are still the same. Texts that are no files are kept in
 * RUN/documents, so that the run can be resumed without the editor they came from.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import type { StartRequest } from '../../shared/engineContract.ts';
import type { CorpusRecord } from '../checkpoints/runFolder.ts';
import { writeAside } from '../checkpoints/writeAside.ts';
import type { Corpus, CorpusRequest } from '../text/corpus.ts';

type Texts = Pick<CorpusRequest, 'entries' | 'base' | 'documents'>;
type Documents = NonNullable<StartRequest['documents']>;

/** What the request names; without any, what the config names, from where the config lies. */
export function requestedTexts(
  request: Pick<StartRequest, 'corpus' | 'documents' | 'base'>,
  configCorpus: readonly string[],
  configBase: string,
): Texts {
  const { corpus, documents = [], base } = request;
  if (corpus.length > 0 || documents.length > 0) return { entries: corpus, base, documents };
  if (configCorpus.length > 0) return { entries: configCorpus, base: configBase };
  throw new BadInput('corpus: none was given (name text files, folders or globs, or a config with "corpus")');
}

/** What the run's own record names. */
export async function recordedTexts(folder: string, records: readonly CorpusRecord[]): Promise<Texts> {
  const documents = await readDocuments(folder);
  const kept = new Set(documents.map(({ name }) => name));
  return { entries: records.map((record) => record.path).filter((name) => !kept.has(name)), base: folder, documents };
}

/** The texts as run.json names them. */
export function corpusRecords(corpus: Corpus): CorpusRecord[] {
  return corpus.documents.map(({ name, bytes, sha256, tagsStripped }) => ({
    path: name,
    size: bytes,
    sha256,
    tags_stripped: tagsStripped,
  }));
}

/** A SHA-256 of the texts' own, whatever their order and names: equal for equal texts. */
export function corpusHash(texts: readonly Pick<CorpusRecord, 'sha256'>[]): string {
  const hashes = texts.map(({ sha256 }) => sha256).sort();
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/** Throws {@link BadInput} when the texts are not those the run began with: its numbers would be another run's. */
export function requireSameCorpus(corpus: Corpus, records: readonly CorpusRecord[]): void {
  const found = corpusRecords(corpus);
  records.forEach(({ path: file, sha256 }, index) => {
    if (found[index]?.sha256 === sha256) return;
    throw new BadInput(`corpus ${file}: it is not what this run began with (resume with the unchanged files)`);
  });
  const extra = found[records.length];
  if (extra) throw new BadInput(`corpus ${extra.path}: this run began without it (resume with the same files)`);
}

const documentsFile = (folder: string) => path.join(folder, 'documents', 'documents.json');

/** Writes texts that are no files into the run folder, if there are any. Throws a StorageError. */
export async function keepDocuments(folder: string, documents: Documents): Promise<void> {
  if (documents.length === 0) return;
  await mkdir(path.dirname(documentsFile(folder)), { recursive: true });
  await writeAside(documentsFile(folder), [JSON.stringify(documents)]);
}

async function readDocuments(folder: string): Promise<Documents> {
  let text: string;
  try {
    text = await readFile(documentsFile(folder), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return JSON.parse(text) as Documents;
}
