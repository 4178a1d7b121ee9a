/**
 * The checkpoints of a run: checkpoints/step-000200.safetensors (weights) with step-000200.state.safetensors (all that
 * is needed to go on), and `latest` and `best`, each holding the name of a step. A checkpoint is complete or absent:
 * the state is written first, the weights make it count.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from './checkpointError.ts';
import { type NamedTensor, readSafetensors, type Safetensors, writeSafetensors } from './safetensors.ts';
import { storageError } from './storageError.ts';
import { asideSuffix, writeAside } from './writeAside.ts';

export interface CheckpointContent {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Checkpoint {
  readonly step: number;
  readonly weights: Safetensors;
  readonly state: Safetensors;
}

/** Which checkpoint a name points to. */
export type CheckpointMark = 'latest' | 'best';

const folderOf = (runFolder: string) => join(runFolder, 'checkpoints');

/** The name of a step, for example step-000200. */
export const stepName = (step: number): string => `step-${String(step).padStart(6, '0')}`;

/** Path of the weights of a step. */
export function weightsPath(runFolder: string, step: number): string {
  return join(folderOf(runFolder), `${stepName(step)}.safetensors`);
}

/** Path of the optimiser, schedule, hidden state and counters of a step. */
export function statePath(runFolder: string, step: number): string {
  return join(folderOf(runFolder), `${stepName(step)}.state.safetensors`);
}

/** Writes both files and lets `latest` point to them. Throws a StorageError; what was there before is then intact. */
export async function saveCheckpoint(
  runFolder: string,
  step: number,
  { weights, state }: { weights: CheckpointContent; state: CheckpointContent },
): Promise<void> {
  const folder = folderOf(runFolder);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw storageError(error, folder);
  });
  await writeSafetensors(statePath(runFolder, step), state.tensors, state.metadata);
  await writeSafetensors(weightsPath(runFolder, step), weights.tensors, weights.metadata);
  await markCheckpoint(runFolder, 'latest', step);
}

/** Lets `latest` or `best` name a step. */
export async function markCheckpoint(runFolder: string, mark: CheckpointMark, step: number): Promise<void> {
  await writeAside(join(folderOf(runFolder), mark), [stepName(step)]);
}

/** The step that `latest` or `best` names; undefined when there is none or its checkpoint is not complete. */
export async function markedStep(runFolder: string, mark: CheckpointMark): Promise<number | undefined> {
  const text = await readFile(join(folderOf(runFolder), mark), 'utf8').catch(() => '');
  const step = stepOf(`${text.trim()}.safetensors`);
  return (await listCheckpoints(runFolder)).find((complete) => complete === step);
}

/** Steps of the complete checkpoints, ascending; none when there is no such folder. */
export async function listCheckpoints(runFolder: string): Promise<number[]> {
  const names = new Set(await namesIn(folderOf(runFolder)));
  return [...names]
    .map(stepOf)
    .filter((step): step is number => step !== undefined && names.has(`${stepName(step)}.state.safetensors`))
    .sort((a, b) => a - b);
}

function stepOf(name: string): number | undefined {
  const digits = /^step-(\d{6,15})\.safetensors$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw storageError(error, folder);
  }
}

/** Reads one checkpoint. Throws a CheckpointError when a file of it is missing or damaged. */
export async function readCheckpoint(runFolder: string, step: number): Promise<Checkpoint> {
  const weights = await readSafetensors(weightsPath(runFolder, step));
  return { step, weights, state: await readSafetensors(statePath(runFolder, step)) };
}

/**
 * The newest checkpoint that can be read, with a sentence for each newer one that cannot; no `checkpoint` when the run
 * has none at all. Throws a CheckpointError when there are some and every one is damaged.
 */
export async function readLatestCheckpoint(
  runFolder: string,
): Promise<{ readonly checkpoint?: Checkpoint; readonly damaged: readonly string[] }> {
  const damaged: string[] = [];
  for (const step of (await listCheckpoints(runFolder)).reverse()) {
    try {
      return { checkpoint: await readCheckpoint(runFolder, step), damaged };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damaged.push(error.message);
    }
  }
  if (damaged.length > 0) throw new CheckpointError(`no checkpoint can be read: ${damaged.join('; ')}`);
  return { damaged };
}

/**
 * Deletes all but the newest `keep` checkpoints; never what `latest` or `best` names. Leftovers of writes that were cut
 * short go too. A failure to delete is a StorageError.
 */
export async function pruneCheckpoints(runFolder: string, keep: number): Promise<void> {
  const folder = folderOf(runFolder);
  const complete = await listCheckpoints(runFolder);
  const kept = new Set([
    ...complete.slice(-Math.max(1, keep)),
    await markedStep(runFolder, 'latest'),
    await markedStep(runFolder, 'best'),
  ]);
  const old = complete.filter((step) => !kept.has(step));
  const leftovers = (await namesIn(folder)).filter((name) => name.endsWith(asideSuffix));
  try {
    for (const step of old) {
      // Weights first: without them the rest is no checkpoint any more.
      await rm(weightsPath(runFolder, step), { force: true });
      await rm(statePath(runFolder, step), { force: true });
    }
    for (const name of leftovers) await rm(join(folder, name), { force: true });
  } catch (error) {
    throw storageError(error, folder);
  }
}
