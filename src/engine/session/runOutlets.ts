/** What a live run is connected with: whom it tells, what it does when something is wrong, and what it had before. */
import type { LogLine, MetricsUpdate, StatusUpdate } from '../../shared/engineContract.ts';
import type { ActivationSeries, HistogramSeries } from '../../shared/stepContract.ts';
import type { Breakpoints } from '../breakpoints/breakpoints.ts';
import type { PreparedRun } from './prepareRun.ts';
import { RunWatch } from './runWatch.ts';

export interface RunOutlets {
  readonly status: (update: StatusUpdate) => void;
  readonly metrics: (update: MetricsUpdate) => void;
  readonly log: (line: LogLine) => void;
  /** What a bad moment does, and a breakpoint: pause and ask, or end the run as failed. */
  readonly onTrouble: 'pause' | 'fail';
  readonly breakpoints: Breakpoints;
  /** Most of the training time that introspection may take; without it the default. */
  readonly budgetPercent?: number;
  /** Distributions and activations that a run which goes on had before. */
  readonly histograms?: readonly HistogramSeries[];
  readonly activations?: ActivationSeries | null;
}

/** Why a run stands still or has ended. */
export type Reason = Pick<StatusUpdate, 'message' | 'tensor' | 'hits'>;

/** What the run keeps of itself to be looked at. */
export function watchOf(run: PreparedRun, outlets: RunOutlets): RunWatch {
  return new RunWatch({
    description: run.description,
    trainer: run.trainer,
    words: run.corpus.vocabulary.tokens,
    say: (message) => outlets.log({ level: 'info', message }),
    earlier: {
      histograms: outlets.histograms ?? [],
      activations: outlets.activations ?? null,
      step: run.from.step,
    },
    ...(outlets.budgetPercent === undefined ? {} : { budgetPercent: outlets.budgetPercent }),
  });
}
