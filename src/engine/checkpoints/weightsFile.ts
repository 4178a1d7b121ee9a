/** Which file is meant when someone names a checkpoint or a run: the file itself, or one of the run's checkpoints. */
import { stat } from 'node:fs/promises';
import { CheckpointError } from './checkpointError.ts';
import { listCheckpoints, markedStep, weightsPath, type CheckpointMark } from './checkpointFiles.ts';

/**
 * `target` itself when it is no folder; in a run folder the first of `marks` that there is, else the newest complete
 * checkpoint. Throws a {@link CheckpointError} when there is nothing to read.
 */
export async function weightsFile(target: string, marks: readonly CheckpointMark[]): Promise<string> {
  const stats = await stat(target).catch((error: unknown) => {
    throw new CheckpointError(`${target}: there is no such file or folder; check the path`, { cause: error });
  });
  if (!stats.isDirectory()) return target;
  for (const mark of marks) {
    const step = await markedStep(target, mark);
    if (step !== undefined) return weightsPath(target, step);
  }
  const newest = (await listCheckpoints(target)).at(-1);
  if (newest !== undefined) return weightsPath(target, newest);
  throw new CheckpointError(`${target}: no checkpoint is in this folder; name a run folder or a .safetensors file`);
}
