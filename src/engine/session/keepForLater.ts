/**
 * Writes what a run shows of itself into its folder, for when the process that trained is gone: the latest step at once,
 * earlier ones after the run has ended, in pieces, while the run is still looked at.
 */
import type { LogLine } from '../../shared/engineContract.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { writeActivations } from './activationsFile.ts';
import { writeHistograms } from './histogramsFile.ts';
import { Pieces } from './pieces.ts';
import { RECORDED_LIMIT_BYTES, writeEarlier, writeRecorded, type EarlierSteps } from './recordedFolder.ts';
import type { RunWatch } from './runWatch.ts';

type Log = (line: LogLine) => void;

/**
 * The latest step with the distributions and activations so far. A step that is too large is said and left out. Nothing may train
 * meanwhile. Throws a StorageError.
 */
export async function keepLatest(folder: string, watch: RunWatch, log: Log): Promise<void> {
  const recorded = watch.keepLatest();
  if (!recorded) return;
  await writeHistograms(folder, watch.allHistograms());
  await writeActivations(folder, watch.activations());
  if (!(await writeRecorded(folder, recorded, new Pieces()))) {
    const limit = RECORDED_LIMIT_BYTES / 2 ** 20;
    log({ level: 'warn', message: `step ${recorded.step} is not kept for viewing: it is over ${limit} MB` });
  }
}

/** Earlier steps too, beside the latest. What goes wrong is only said: the run itself has ended well. */
export async function keepEarlier(folder: string, watch: RunWatch, pieces: Pieces, log: Log): Promise<void> {
  try {
    await writeEarlier(folder, heldBy(watch), pieces);
  } catch (error) {
    log({ level: 'warn', message: `earlier steps are not kept for viewing: ${sentenceOf(error)}` });
  }
}

/** A step that is being written stays, also when views have others let go meanwhile. */
function heldBy(watch: RunWatch): EarlierSteps {
  return {
    steps: watch.steps,
    kept: (step) => {
      const kept = watch.kept(step);
      if (!kept) return null;
      const recorded = kept.recorded.retain();
      const done = (): void => {
        kept.done();
        recorded.dispose();
      };
      return { recorded, done };
    },
  };
}
