/**
 * Runs that do not train here but are looked at: their last recorded step, read from their folders. The one looked at
 * last is kept in memory, since views ask many times for the same step.
 */
import path from 'node:path';
import { stat } from 'node:fs/promises';
import type { RunDescription } from '../../shared/engineContract.ts';
import { RunFolderError } from '../checkpoints/runFolderError.ts';
import { readVocabularyFile } from '../checkpoints/runFolder.ts';
import type { RecordedStep } from '../probes/recordedStep.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import { readRecordedFolder, recordedPath } from './recordedFolder.ts';
import { readDescription } from './runDescription.ts';

export interface ViewedRun {
  readonly recorded: RecordedStep;
  readonly description: RunDescription;
  /** The vocabulary, index = id. */
  readonly words: readonly string[];
}

export class ViewedRuns {
  readonly #folders = new Map<string, string>();
  #last: { folder: string; written: number; run: Promise<ViewedRun> } | null = null;

  /** From now on the run of this folder is known by its id. */
  remember(folder: string): void {
    this.#folders.set(path.basename(folder), folder);
  }

  /** Its step is about to change: what was read before no longer counts. */
  forget(folder: string): void {
    if (this.#last?.folder === folder) this.#last = null;
  }

  /** By id, once the folder is known, or by its folder. Throws a RunFolderError. */
  async open(run: string): Promise<ViewedRun> {
    const folder = path.isAbsolute(run) ? run : this.#folders.get(run);
    if (folder === undefined) throw new RunFolderError(`run ${run}: it is not known here; ask for it by its folder`);
    const written = await writtenAt(folder);
    if (this.#last?.folder !== folder || this.#last.written !== written) {
      const opened = { folder, written, run: readRun(folder) };
      this.#last = opened;
      // A run that could not be read is tried again next time.
      opened.run.catch(() => this.forget(folder));
    }
    return this.#last.run;
  }
}

async function readRun(folder: string): Promise<ViewedRun> {
  const description = await readDescription(folder);
  const { tokens } = readVocabulary(await readVocabularyFile(folder), path.join(folder, 'vocab.json'));
  return { recorded: await readRecordedFolder(folder), description, words: tokens };
}

async function writtenAt(folder: string): Promise<number> {
  try {
    return (await stat(recordedPath(folder))).mtimeMs;
  } catch (error) {
    throw new RunFolderError(`${folder}: no step of this run was kept for viewing`, { cause: error });
  }
}
