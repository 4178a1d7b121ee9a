/**
 * Progress of a run on stderr: one bar that is redrawn on a terminal, plain lines otherwise. Never more often than a
 * person can read.
 */
import type { MetricsUpdate, StatusUpdate } from '../shared/engineContract.ts';

const BAR_WIDTH = 24;
const TERMINAL_MS = 100;
const LINES_MS = 2000;

export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where a run is, as far as this process was told. */
export interface ProgressState {
  readonly step: number;
  readonly plannedSteps: number;
  readonly loss: number;
  readonly perplexity: number;
  readonly tokensPerSecond: number;
  /** NaN until it can be estimated. */
  readonly secondsLeft: number;
}

export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #plannedSteps = 0;
  #drawnAt = -Infinity;
  #barShown = false;
  #last: ProgressState | null = null;
  #lastDrawn: ProgressState | null = null;

  constructor(stream: ProgressStream, now: () => number = Date.now) {
    this.#stream = stream;
    this.#now = now;
  }

  status(update: StatusUpdate): void {
    this.#plannedSteps = update.plannedSteps;
    const told = update.status === 'starting' || update.status === 'running';
    if (update.message !== undefined && told) this.line(update.message);
  }

  metrics(update: MetricsUpdate): void {
    const { latest, latestEval } = update;
    if (latest) {
      this.#last = {
        step: latest.step,
        plannedSteps: this.#plannedSteps,
        loss: latest.loss,
        perplexity: latest.ppl,
        tokensPerSecond: update.tokensPerSecond,
        secondsLeft: update.secondsLeft,
      };
      const pause = this.#stream.isTTY === true ? TERMINAL_MS : LINES_MS;
      if (this.#now() - this.#drawnAt >= pause) this.#draw();
    }
    if (latestEval && update.valid.step.length > 0) {
      this.line(`step ${latestEval.step}  validation ce ${latestEval.ce.toFixed(3)}  ppl ${latestEval.ppl.toFixed(2)}`);
    }
  }

  /** A line of its own, above the bar. */
  line(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
    if (this.#stream.isTTY === true && this.#last) this.#draw();
  }

  /** Leaves the last state standing. */
  end(): void {
    if (this.#last && this.#last !== this.#lastDrawn) this.#draw();
    if (this.#barShown) this.#stream.write('\n');
    this.#barShown = false;
    this.#last = null;
  }

  #draw(): void {
    if (!this.#last) return;
    this.#drawnAt = this.#now();
    this.#lastDrawn = this.#last;
    if (this.#stream.isTTY !== true) {
      this.#stream.write(`${progressText(this.#last)}\n`);
      return;
    }
    const { step, plannedSteps } = this.#last;
    const filled = plannedSteps > 0 ? Math.round((BAR_WIDTH * Math.min(step, plannedSteps)) / plannedSteps) : 0;
    this.#clear();
    this.#stream.write(`${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${progressText(this.#last)}`);
    this.#barShown = true;
  }

  #clear(): void {
    if (this.#barShown) this.#stream.write('\r\u001b[K');
    this.#barShown = false;
  }
}

/** For example "step 120/400  loss 4.231  ppl 68.70  137k tok/s  1:05 left". */
export function progressText(state: ProgressState): string {
  const parts = [
    `step ${state.step}/${state.plannedSteps}`,
    `loss ${state.loss.toFixed(3)}`,
    `ppl ${state.perplexity.toFixed(2)}`,
    `${compact(state.tokensPerSecond)} tok/s`,
  ];
  if (Number.isFinite(state.secondsLeft)) parts.push(`${clock(state.secondsLeft)} left`);
  return parts.join('  ');
}

function compact(number: number): string {
  if (!Number.isFinite(number)) return '-';
  return number >= 10_000
    ? `${Math.round(number / 1000)}k`
    : number >= 1000
      ? `${(number / 1000).toFixed(1)}k`
      : number.toFixed(0);
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const rest = String(whole % 60).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}
