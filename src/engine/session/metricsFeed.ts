/**
 * Sends a run's lines to whoever watches, coalesced: at most ten notifications a second however fast steps are. Each
 * holds the lines since the one before.
 */
import type { EvalLine, MetricsUpdate, TrainLine } from '../../shared/engineContract.ts';
import { evalColumns, trainColumns, withDetails } from './metricColumns.ts';
import { PACE_STEPS, pace } from './pace.ts';

const SHORTEST_PAUSE_MS = 100;

export class MetricsFeed {
  readonly #run: string;
  readonly #plannedSteps: number;
  readonly #send: (update: MetricsUpdate) => void;
  readonly #now: () => number;
  #train: TrainLine[] = [];
  #valid: EvalLine[] = [];
  #recent: TrainLine[] = [];
  #latest: TrainLine | null = null;
  #latestEval: EvalLine | null = null;
  #totalMs = 0;
  #introspectionMs = 0;
  #sentAt = -Infinity;

  constructor(
    run: string,
    plannedSteps: number,
    send: (update: MetricsUpdate) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#run = run;
    this.#plannedSteps = plannedSteps;
    this.#send = send;
    this.#now = now;
  }

  add(line: TrainLine | EvalLine): void {
    if ('split' in line) {
      this.#valid.push(line);
      this.#latestEval = line;
    } else {
      this.#train.push(line);
      this.#recent.push(line);
      if (this.#recent.length > PACE_STEPS) this.#recent.shift();
      this.#totalMs += line.ms;
      this.#introspectionMs += line.introspection_ms;
      this.#latest = withDetails(line, this.#latest);
    }
    if (this.#now() - this.#sentAt >= SHORTEST_PAUSE_MS) this.flush();
  }

  /** Sends what is waiting: at a pause and at the end, where no later line would take it along. */
  flush(): void {
    if (this.#train.length === 0 && this.#valid.length === 0) return;
    this.#sentAt = this.#now();
    this.#send({
      run: this.#run,
      train: trainColumns(this.#train),
      valid: evalColumns(this.#valid),
      latest: this.#latest,
      latestEval: this.#latestEval,
      ...pace(this.#recent, this.#plannedSteps - (this.#latest?.step ?? 0)),
      introspectionShare: this.#totalMs > 0 ? this.#introspectionMs / this.#totalMs : 0,
    });
    this.#train = [];
    this.#valid = [];
  }
}
