/** Writes what a run shows of itself into its folder, for when the process that trained is gone. */
import type { LogLine } from '../../shared/engineContract.ts';
import { writeActivations } from './activationsFile.ts';
import { writeHistograms } from './histogramsFile.ts';
import { RECORDED_LIMIT_BYTES, writeEarlier, writeRecorded } from './recordedFolder.ts';
import type { RunWatch } from './runWatch.ts';

/**
 * The latest step with the distributions and activations so far; when the run has `ended`, earlier steps too. A step that is too large is
 * said and left out. Throws a StorageError.
 */
export async function keepForLater(
  folder: string,
  watch: RunWatch,
  { ended, log }: { ended: boolean; log: (line: LogLine) => void },
): Promise<void> {
  const recorded = watch.keepLatest();
  if (!recorded) return;
  await writeHistograms(folder, watch.allHistograms());
  await writeActivations(folder, watch.activations());
  if (!(await writeRecorded(folder, recorded))) {
    const limit = RECORDED_LIMIT_BYTES / 2 ** 20;
    log({ level: 'warn', message: `step ${recorded.step} is not kept for viewing: it is over ${limit} MB` });
  } else if (ended) {
    await writeEarlier(folder, watch);
  }
}
