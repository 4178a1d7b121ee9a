/**
 * Distributions and activations of a run, written with its checkpoints: of one that is killed before it ever paused they are
 * in its folder all the same, up to a step that it can be resumed from.
 */
import type { LogLine } from '../../shared/engineContract.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { writeActivations } from './activationsFile.ts';
import { writeHistograms } from './histogramsFile.ts';
import type { RunWatch } from './runWatch.ts';

/** Making text of them takes tens of milliseconds, which is nothing once a minute. */
const PAUSE_MS = 60_000;

export class KeptSeries {
  readonly #folder: string;
  readonly #watch: Pick<RunWatch, 'allHistograms' | 'activations' | 'beside'>;
  readonly #log: (line: LogLine) => void;
  readonly #now: () => number;
  #writtenAt = -Infinity;

  constructor(
    folder: string,
    watch: Pick<RunWatch, 'allHistograms' | 'activations' | 'beside'>,
    log: (line: LogLine) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#folder = folder;
    this.#watch = watch;
    this.#log = log;
    this.#now = now;
  }

  /** After a checkpoint: with the first, then at most once a minute. What goes wrong is only said: the checkpoint is there. */
  async checkpointed(): Promise<void> {
    if (this.#now() - this.#writtenAt < PAUSE_MS) return;
    this.#writtenAt = this.#now();
    try {
      // The text is made before the first wait: what that takes is introspection.
      await this.#watch.beside(() => writeHistograms(this.#folder, this.#watch.allHistograms()));
      await this.#watch.beside(() => writeActivations(this.#folder, this.#watch.activations()));
    } catch (error) {
      this.#log({ level: 'warn', message: `distributions so far are not kept: ${sentenceOf(error)}` });
    }
  }
}
