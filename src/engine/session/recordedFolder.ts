/**
 * The recorded steps in a run's folder, so that they can be looked at after the run has ended, the engine is gone or the
 * editor was restarted: RUN/recorded/step.safetensors is the last one, always kept; step-000080.safetensors and the like
 * are earlier ones, ever further apart, as many as fit.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readSafetensorsHeader, writeSafetensors } from '../checkpoints/safetensors.ts';
import { storageError } from '../checkpoints/storageError.ts';
import { asideSuffix } from '../checkpoints/writeAside.ts';
import { densest } from '../probes/keptSteps.ts';
import type { RecordedStep } from '../probes/recordedStep.ts';
import type { Pieces } from './pieces.ts';
import { storable } from './storedStep.ts';

/** Larger steps are not written: beyond this, copying one costs more than it is worth. */
export const RECORDED_LIMIT_BYTES = 512 * 2 ** 20;
/** Disk for all steps of a run together; a last step larger than this is kept all the same, alone. */
export const FOLDER_LIMIT_BYTES = 128 * 2 ** 20;
/** Also of models of a few kB: each step is a file. */
const MOST_STEPS = 12;

const EARLIER = /^step-(\d{6,})\.safetensors$/;

/** Steps of a run that were let go when they took too much are not there any more. */
export interface EarlierSteps {
  readonly steps: readonly number[];
  kept(step: number): { readonly recorded: RecordedStep; readonly done: () => void } | null;
}

export interface StoredSteps {
  /** Ascending, the last one's file last. */
  readonly files: readonly { readonly step: number; readonly file: string }[];
  readonly bytes: number;
}

const folderOf = (run: string): string => path.join(run, 'recorded');
const lastFile = (run: string): string => path.join(folderOf(run), 'step.safetensors');
const fileOf = (run: string, step: number): string =>
  path.join(folderOf(run), `step-${String(step).padStart(6, '0')}.safetensors`);

/** Writes the last step; false when it is over the size limit and nothing was written. Throws a StorageError. */
export async function writeRecorded(run: string, recorded: RecordedStep, pieces: Pieces): Promise<boolean> {
  const stored = await storable(recorded, RECORDED_LIMIT_BYTES, pieces);
  if (!stored) return false;
  const folder = folderOf(run);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
  await writeSafetensors(lastFile(run), stored.tensors, stored.metadata);
  return true;
}

/**
 * Writes earlier steps beside the last one, which is there already, and deletes those that no longer fit, with what a
 * process that was killed left half-written. Nothing happens without a last one. Throws a StorageError.
 */
export async function writeEarlier(run: string, held: EarlierSteps, pieces: Pieces): Promise<void> {
  const last = await fileSize(lastFile(run));
  const newest = held.steps.at(-1);
  if (last === null || newest === undefined) return;
  const room = Math.min(MOST_STEPS, Math.floor(FOLDER_LIMIT_BYTES / last));
  const there = await earlierSteps(run);
  const wanted = [...new Set([...there, ...held.steps])].filter((step) => step <= newest).sort((a, b) => a - b);
  while (wanted.length > Math.max(1, room)) wanted.splice(densest(wanted), 1);
  for (const step of there) if (step >= newest || !wanted.includes(step)) await remove(fileOf(run, step));
  for (const name of await filesOf(run)) if (name.endsWith(asideSuffix)) await remove(path.join(folderOf(run), name));
  for (const step of wanted) {
    const kept = step === newest || there.includes(step) ? null : held.kept(step);
    if (!kept) continue;
    const stored = await storable(kept.recorded, last, pieces).finally(kept.done);
    if (stored) await writeSafetensors(fileOf(run, step), stored.tensors, stored.metadata);
  }
}

/** Which steps there are. Throws a CheckpointError or StorageError when there is no last one. */
export async function storedSteps(run: string): Promise<StoredSteps> {
  const { metadata } = await readSafetensorsHeader(lastFile(run));
  const newest = Number(metadata['step']);
  const earlier = (await earlierSteps(run)).filter((step) => step < newest);
  const files = [...earlier.map((step) => ({ step, file: fileOf(run, step) })), { step: newest, file: lastFile(run) }];
  const sizes = await Promise.all(files.map(({ file }) => fileSize(file)));
  return { files, bytes: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0) };
}

/** When something was last written or deleted there, in milliseconds since 1970; null when there is no such folder. */
export async function recordedAt(run: string): Promise<number | null> {
  return stat(folderOf(run)).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

/** Ascending. */
async function earlierSteps(run: string): Promise<number[]> {
  return (await filesOf(run))
    .flatMap((name) => EARLIER.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function filesOf(run: string): Promise<string[]> {
  return readdir(folderOf(run)).catch(() => []);
}

async function fileSize(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    () => null,
  );
}

async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch((error: unknown) => {
    throw storageError(error, file);
  });
}
