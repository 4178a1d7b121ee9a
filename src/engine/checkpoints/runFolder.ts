/**
 * A run's folder and its run.json: what was trained, on what, by whom, and how it ended. Readable by others from the
 * first version on (docs/contracts.md section 3).
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BackendReport } from '../../shared/backendReport.ts';
import type { RunStatus } from '../../shared/engineContract.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import { isAlive } from './processIdentity.ts';
import { RunFolderError } from './runFolderError.ts';
import { storageError } from './storageError.ts';
import { writeAside } from './writeAside.ts';

/** The version of run.json that is written. */
export const runFormat = 1;

export interface CorpusRecord {
  /** Absolute, or the name of a text that was no file. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly tags_stripped: boolean;
}

/** run.json. */
export interface RunRecord {
  readonly version: number;
  readonly name: string;
  /** As resolved. */
  readonly config: Config;
  readonly corpus: readonly CorpusRecord[];
  readonly vocab_size: number;
  readonly backend: BackendReport | null;
  readonly seed: number;
  readonly pid: number;
  /** Start time of that process where the system tells it, so that a number used again is noticed. */
  readonly pid_start: string | null;
  /** Who started the run: "vscode" or "cli". */
  readonly host: string;
  /** ISO 8601. */
  readonly started: string;
  readonly ended: string | null;
  readonly status: Exclude<RunStatus, 'starting' | 'interrupted'>;
  readonly error: string | null;
}

const recordPath = (runFolder: string) => join(runFolder, 'run.json');

/** Makes the folder with its parents. Throws a RunFolderError when it holds anything or cannot be made. */
export async function createRunFolder(runFolder: string): Promise<void> {
  try {
    await makeFolder(resolve(runFolder));
    const content = await readdir(runFolder);
    if (content.length === 0) return;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const inTheWay = code === 'EEXIST' || code === 'ENOTDIR';
    const sentence = `${runFolder}: cannot be made: a file is in the way; choose another folder`;
    throw new RunFolderError(inTheWay ? sentence : storageError(error, runFolder).message, { cause: error });
  }
  throw new RunFolderError(`${runFolder}: the folder is not empty; choose a new one, or resume the run in it`);
}

/** Node's own recursive mkdir never returns where a parent exists and still nothing can be made in it, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (!existsSync(parent) && parent !== path) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Writes run.json, complete or not at all. Throws a StorageError. */
export async function writeRunRecord(runFolder: string, record: RunRecord): Promise<void> {
  await writeAside(recordPath(runFolder), [`${JSON.stringify(record, null, 2)}\n`]);
}

/** Reads run.json as it is written. Throws a RunFolderError when there is none or it is not ours. */
export async function readRunRecord(runFolder: string): Promise<RunRecord> {
  const path = recordPath(runFolder);
  const value = await readJson(path, 'this is not a run folder; name one that holds a run.json');
  const record = value as Partial<RunRecord> | null;
  if (typeof record !== 'object' || record === null || typeof record.version !== 'number') {
    throw new RunFolderError(`${path}: this is not the record of a run; the file was changed or is damaged`);
  }
  if (record.version > runFormat) {
    throw new RunFolderError(`${path}: version ${record.version} is newer than this Dropscope knows; update it`);
  }
  const { config, status, pid } = record;
  if (typeof config !== 'object' || typeof status !== 'string' || typeof pid !== 'number') {
    throw new RunFolderError(`${path}: config, status or pid is missing; the file was changed or is damaged`);
  }
  return record as RunRecord;
}

/** The status people see: a run that says it is running but whose process is gone was interrupted. */
export function shownStatus({ status, pid, pid_start }: Pick<RunRecord, 'status' | 'pid' | 'pid_start'>): RunStatus {
  const open = status === 'running' || status === 'paused';
  return open && !isAlive({ pid, startTime: pid_start ?? null }) ? 'interrupted' : status;
}

/** Writes vocab.json: an array, index = id. */
export async function writeVocabularyFile(runFolder: string, tokens: readonly string[]): Promise<void> {
  await writeAside(join(runFolder, 'vocab.json'), [`${JSON.stringify(tokens)}\n`]);
}

/** The content of vocab.json, to be checked by readVocabulary. Throws a RunFolderError when it cannot be read. */
export async function readVocabularyFile(runFolder: string): Promise<unknown> {
  return readJson(join(runFolder, 'vocab.json'), 'the vocabulary of the run is missing');
}

async function readJson(path: string, missing: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RunFolderError(`${path}: ${code === 'ENOENT' ? missing : message}`, { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RunFolderError(`${path}: not JSON; the file was changed or is damaged`, { cause: error });
  }
}
