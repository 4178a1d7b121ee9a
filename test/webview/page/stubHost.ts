/**
 * Stands in for VS Code and the extension host inside the page: answers the page's requests from a recorded run, cuts
 * whole tensors into the tiles asked for, and lets a test drive states and updates through `window.stubHost`.
 */
import type { MetricsUpdate, TrainColumns, WeightView, Window } from '../../../src/shared/engineContract.ts';
import type {
  PageNotifications,
  PageRequests,
  RunSnapshot,
  RunSummary,
  Snapshot,
} from '../../../src/shared/pageContract.ts';
import type { KeptSteps, VerdictView } from '../../../src/shared/stepContract.ts';
import { whatIfKeys, type WhatIfRequest, type WhatIfView } from '../../../src/shared/whatIf.ts';
import './probes.ts';
import { decode, nearestStep, type RecordedRun } from '../recordedRun.ts';
import { bigWeight } from './bigWeight.ts';
import { cutWeight } from './cutTiles.ts';

interface Message {
  readonly id?: number;
  readonly method: keyof PageRequests;
  readonly params: never;
}

class StubHost {
  readonly run: RecordedRun;
  readonly asked: { method: string; params: unknown; ms: number }[] = [];
  kept: unknown = undefined;
  silent = false;
  /** Requests that are not answered before {@link release}. */
  held: string[] = [];
  private readonly waiting: Message[] = [];
  /** When set, every weight is this one, whatever its name: for tensors too large to be recorded. */
  big: WeightView | null = null;
  /** When set, what is answered about promises, whatever the step. */
  verdicts: VerdictView | null = null;
  /** When set, what is answered about kept steps and the budget. */
  keptSteps: KeptSteps | null = null;
  /** When set, why nothing can be checked anew. */
  uncheckable = '';
  /** When set, every request is answered with this error. */
  failure = '';
  /** A second run that can be laid beside the first. */
  other: RecordedRun | null = null;
  private snapshot: Snapshot;

  constructor(text: string) {
    this.run = decode(text);
    this.snapshot = this.run.snapshot;
  }

  /** Shows the run in another state: a part of its summary changes. */
  setSummary(change: Partial<RunSummary>): void {
    const { run } = this.snapshot;
    if (!run) return;
    const summary = { ...run.summary, ...change };
    this.snapshot = { ...this.snapshot, runs: [summary], run: { ...run, summary } };
    this.notify('changed', { run: summary.id });
  }

  /** Lists a second recorded run beside the first. */
  setOther(text: string): void {
    this.other = decode(text);
    const { run } = this.other.snapshot;
    if (run) this.setSnapshot({ runs: [...this.run.snapshot.runs, run.summary] });
  }

  setSnapshot(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.notify('changed', { run: '' });
  }

  /** The run as it was recorded, from the next question on. */
  restore(): void {
    this.snapshot = this.run.snapshot;
  }

  /** The run while it is prepared: no description, no lines. */
  setStarting(message: string): void {
    const { run } = this.run.snapshot;
    if (!run) return;
    const summary: RunSummary = { ...run.summary, status: 'starting', message, step: 0 };
    const facts = {
      ...run.facts,
      params: {},
      sites: {},
      cleanEval: null,
      tokensPerSecond: null,
      introspectionShare: null,
    };
    const train = cut(run.train, 0, 0);
    const valid = { step: new Float64Array(0), ce: new Float32Array(0), cleanEval: new Uint8Array(0) };
    const starting: RunSnapshot = { summary, description: null, train, valid, facts };
    this.snapshot = { runs: [summary], run: starting, selected: '', compared: '' };
    this.notify('changed', { run: summary.id });
  }

  /** Repeats the last lines of the run as new steps after it, as a live run would send them. */
  train(lines: number): void {
    if (this.snapshot.run) this.goOn(this.snapshot.run, lines);
  }

  /** The same of the second run. */
  trainOther(lines: number): void {
    if (this.other?.snapshot.run) this.goOn(this.other.snapshot.run, lines);
  }

  private goOn(run: RunSnapshot, lines: number): void {
    const length = run.train.step.length;
    const last = run.train.step[length - 1] ?? 0;
    const train = cut(run.train, length - lines, length);
    train.step.forEach((_, index) => (train.step[index] = last + index + 1));
    const summary: RunSummary = { ...run.summary, status: 'running', step: last + lines };
    const valid = { step: new Float64Array(0), ce: new Float32Array(0), cleanEval: new Uint8Array(0) };
    this.notify('update', { summary, train, valid, facts: run.facts });
  }

  /** Answers every request for a weight from one of this size; its tiles are cut as the engine cuts them. */
  setBig(rows: number, cols: number): void {
    const run = this.snapshot.run;
    const site = run?.description?.sites.find(({ kind }) => kind === 'weight');
    this.big = bigWeight(rows, cols, run?.summary.step ?? 1, site?.name ?? '');
    this.notify('changed', { run: '' });
  }

  notify<M extends keyof PageNotifications>(method: M, params: PageNotifications[M]): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  receive(message: Message): void {
    this.asked.push({ method: message.method, params: message.params, ms: performance.now() });
    if (message.method === 'whatIf')
      this.notify('whatIfProgress', { run: '', step: this.run.whatIf[0]?.step ?? 0, done: 4, draws: 16 });
    if (this.silent || message.id === undefined) return;
    if (this.held.includes(message.method)) {
      this.waiting.push(message);
      return;
    }
    this.reply(message);
  }

  /** Answers requests for this that were held, and later ones. */
  release(method: string): void {
    this.held = this.held.filter((held) => held !== method);
    for (const message of this.waiting) if (message.method === method) this.reply(message);
  }

  private reply(message: Message): void {
    const answer = this.answer(message);
    setTimeout(() => this.send({ jsonrpc: '2.0', id: message.id, ...answer }), 1);
  }

  private answer({ method, params }: Message): { result: unknown } | { error: { code: number; message: string } } {
    const { run, name, of, window, maxCells, step } = params as {
      run: string;
      name: string;
      of: string;
      window?: Window;
      maxCells: number;
      step?: number;
    };
    const missing = (what: string) => ({ error: { code: -32000, message: `${what}: no step has been recorded yet` } });
    if (this.failure) return { error: { code: -32000, message: this.failure } };
    const recorded = nearestStep(this.run, step);
    switch (method) {
      case 'snapshot':
        return { result: this.snapshot };
      case 'compared':
        return { result: this.other && run === this.other.snapshot.run?.summary.id ? this.other.snapshot.run : null };
      case 'weight': {
        const weight = this.big ?? recorded.weights[name];
        return weight ? { result: cutWeight(weight, window, maxCells) } : missing(name);
      }
      case 'mask': {
        const mask = recorded.masks[name];
        return mask ? { result: mask } : missing(name);
      }
      case 'batch':
      case 'gradients':
      case 'gates':
      case 'reach':
      case 'tokens':
        return { result: recorded[method] };
      case 'verdicts':
        return { result: this.verdicts ?? recorded.verdicts };
      case 'kept':
        return { result: this.keptSteps ?? this.run.kept };
      case 'check':
        return this.uncheckable
          ? { error: { code: -32000, message: this.uncheckable } }
          : { result: nearestStep(this.run).verdicts };
      case 'activations':
        return { result: this.run.activations };
      case 'histograms': {
        const recordedRun = this.other?.snapshot.run?.summary.id === run ? this.other : this.run;
        const series = recordedRun.histograms.find((candidate) => candidate.name === name && candidate.of === of);
        return series ? { result: series } : missing(name);
      }
      case 'whatIf':
        return { result: this.whatIf((params as WhatIfRequest).changes) };
      case 'trainWith':
      case 'chosen':
      case 'command':
      case 'openBudget':
      case 'save':
      case 'copy':
        return { result: null };
    }
  }

  /** The answer that was recorded to these changes; to others, whose numbers nobody knows, that of the first. */
  private whatIf(changes: WhatIfRequest['changes']): WhatIfView | undefined {
    const { whatIf } = this.run;
    const asked = whatIf[0] && { ...whatIf[0].asTrained.values, ...changes };
    const same = ({ changed }: WhatIfView) => whatIfKeys.every((key) => changed.values[key] === asked?.[key]);
    return whatIf.find(same) ?? whatIf[0];
  }

  private send(message: unknown): void {
    window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }));
  }
}

function cut(columns: TrainColumns, from: number, to: number): MetricsUpdate['train'] {
  const sliced = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) return (value as Float32Array).slice(from, to);
    return Object.fromEntries(Object.entries(value as object).map(([key, part]) => [key, sliced(part)]));
  };
  return sliced(columns) as TrainColumns;
}

declare global {
  interface Window {
    recordedRun: string;
    stubHost: StubHost;
    acquireVsCodeApi(): unknown;
  }
}

const host = new StubHost(globalThis.window.recordedRun);
globalThis.window.stubHost = host;
globalThis.window.acquireVsCodeApi = () => ({
  postMessage: (message: Message) => host.receive(structuredClone(message)),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
  setState: (state: unknown) => {
    host.kept = state;
    sessionStorage.setItem('state', JSON.stringify(state));
  },
});
