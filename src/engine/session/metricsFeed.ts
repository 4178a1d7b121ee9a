/**
 * Sends a run's lines to whoever watches, coalesced: at most ten notifications a second however fast steps are. Each
 * holds the lines since the one before.
 */
import type { EvalLine, MetricsUpdate, TrainLine } from '../../shared/engineContract.ts';
import { evalColumns, trainColumns } from './metricColumns.ts';

const SHORTEST_PAUSE_MS = 100;
/** Speed is taken over this many latest steps: long enough to be steady, short enough to follow a change. */
const SPEED_STEPS = 50;

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

  train(line: TrainLine): void {
    this.#train.push(line);
    this.#recent.push(line);
    if (this.#recent.length > SPEED_STEPS) this.#recent.shift();
    this.#totalMs += line.ms;
    this.#introspectionMs += line.introspection_ms;
    this.#latest = withDetails(line, this.#latest);
    this.#flushIfDue();
  }

  valid(line: EvalLine): void {
    this.#valid.push(line);
    this.#latestEval = line;
    this.#flushIfDue();
  }

  /** Sends what is waiting: at a pause and at the end, where no later line would take it along. */
  flush(): void {
    if (this.#train.length === 0 && this.#valid.length === 0) return;
    this.#sentAt = this.#now();
    const ms = this.#recent.reduce((sum, line) => sum + line.ms, 0);
    const tokens = this.#recent.reduce((sum, line) => sum + line.tokens, 0);
    const stepsLeft = this.#plannedSteps - (this.#latest?.step ?? 0);
    this.#send({
      run: this.#run,
      train: trainColumns(this.#train),
      valid: evalColumns(this.#valid),
      latest: this.#latest,
      latestEval: this.#latestEval,
      tokensPerSecond: ms > 0 ? (1000 * tokens) / ms : NaN,
      secondsLeft: this.#recent.length > 0 ? (stepsLeft * ms) / this.#recent.length / 1000 : NaN,
      introspectionShare: this.#totalMs > 0 ? this.#introspectionMs / this.#totalMs : 0,
    });
    this.#train = [];
    this.#valid = [];
  }

  #flushIfDue(): void {
    if (this.#now() - this.#sentAt >= SHORTEST_PAUSE_MS) this.flush();
  }
}

/** A line with `params` and `sites`: its own, or those of the newest line before it that has them. */
export function withDetails(line: TrainLine, before: TrainLine | null): TrainLine {
  const params = line.params ?? before?.params;
  const sites = line.sites ?? before?.sites;
  return { ...line, ...(params && { params }), ...(sites && { sites }) };
}
