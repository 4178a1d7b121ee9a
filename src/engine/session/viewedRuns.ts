/**
 * Runs that do not train here but are looked at: their recorded steps, read from their folders. The run and the step looked
 * at last are kept in memory, since views ask many times for the same.
 */
import path from 'node:path';
import type { RunDescription } from '../../shared/engineContract.ts';
import type { KeptSteps } from '../../shared/stepContract.ts';
import { RunFolderError } from '../checkpoints/runFolderError.ts';
import { readVocabularyFile } from '../checkpoints/runFolder.ts';
import type { RecordedStep } from '../probes/recordedStep.ts';
import { readVocabulary } from '../text/vocabulary.ts';
import { FOLDER_LIMIT_BYTES, recordedAt, storedSteps, type StoredSteps } from './recordedFolder.ts';
import { readDescription } from './runDescription.ts';
import { readStoredStep } from './storedStep.ts';

export interface ViewedRun {
  readonly recorded: RecordedStep;
  readonly description: RunDescription;
  /** The vocabulary, index = id. */
  readonly words: readonly string[];
}

/** A run but for its tensors. */
interface OpenedRun {
  readonly description: RunDescription;
  readonly words: readonly string[];
  readonly stored: StoredSteps;
}

export class ViewedRuns {
  readonly #folders = new Map<string, string>();
  #last: { readonly folder: string; readonly written: number; readonly run: Promise<OpenedRun> } | null = null;
  #step: { readonly file: string; readonly of: object; readonly recorded: Promise<RecordedStep> } | null = null;

  /** From now on the run of this folder is known by its id. */
  remember(folder: string): void {
    this.#folders.set(path.basename(folder), folder);
  }

  /** Its step is about to change: what was read before no longer counts. */
  forget(folder: string): void {
    if (this.#last?.folder !== folder) return;
    this.#last = null;
    this.#step = null;
  }

  /** By id, once the folder is known, or by its folder: the kept step nearest to `step`, else the last. Throws a RunFolderError. */
  async open(run: string, step?: number): Promise<ViewedRun> {
    const opened = await this.#open(run);
    const { description, words, stored } = await opened.run;
    const { file } = nearest(stored, step);
    if (this.#step?.file !== file || this.#step.of !== opened) {
      const read = { file, of: opened, recorded: readStoredStep(file) };
      this.#step = read;
      // A step that could not be read is tried again next time.
      read.recorded.catch(() => {
        if (this.#step === read) this.#step = null;
      });
    }
    return { recorded: await this.#step.recorded, description, words };
  }

  /** Which of its steps can be looked at. */
  async kept(run: string): Promise<KeptSteps> {
    const { files, bytes } = (await (await this.#open(run)).run).stored;
    return {
      steps: Float64Array.from(files, ({ step }) => step),
      bytes,
      limitBytes: FOLDER_LIMIT_BYTES,
      every: 1,
      where: 'folder',
      budget: null,
    };
  }

  async #open(run: string): Promise<{ readonly run: Promise<OpenedRun> }> {
    const folder = path.isAbsolute(run) ? run : this.#folders.get(run);
    if (folder === undefined) throw new RunFolderError(`run ${run}: it is not known here; ask for it by its folder`);
    const written = await recordedAt(folder);
    if (written === null)
      throw new RunFolderError(
        `${folder}: no step of this run is kept for viewing, which is done when it pauses or ends (resume it, or look where it trains)`,
      );
    if (this.#last?.folder !== folder || this.#last.written !== written) {
      const opened = { folder, written, run: readRun(folder) };
      this.#last = opened;
      opened.run.catch(() => this.forget(folder));
    }
    return this.#last;
  }
}

/** Of two that are as near, the later. */
function nearest({ files }: StoredSteps, step = Infinity): StoredSteps['files'][number] {
  const distance = (known: number): number => (step === Infinity ? -known : Math.abs(known - step));
  return files.reduce((best, file) => (distance(file.step) <= distance(best.step) ? file : best));
}

async function readRun(folder: string): Promise<OpenedRun> {
  const description = await readDescription(folder);
  const { tokens } = readVocabulary(await readVocabularyFile(folder), path.join(folder, 'vocab.json'));
  return { description, words: tokens, stored: await storedSteps(folder) };
}
