/**
 * Stands in for VS Code and the extension host inside the page: answers the page's requests from a recorded run, cuts
 * whole tensors into the tiles asked for, and lets a test drive states and updates through `window.stubHost`.
 */
import type {
  MetricsUpdate,
  Pane,
  Tile,
  TrainColumns,
  WeightView,
  Window,
} from '../../../src/shared/engineContract.ts';
import type { PageNotifications, PageRequests, RunSummary, Snapshot } from '../../../src/shared/pageContract.ts';
import './probes.ts';
import { decode, type RecordedRun } from '../recordedRun.ts';

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
  /** When set, every request is answered with this error. */
  failure = '';
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

  setSnapshot(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    this.notify('changed', { run: '' });
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
    this.snapshot = { runs: [summary], run: { summary, description: null, train, valid, facts }, selected: '' };
    this.notify('changed', { run: summary.id });
  }

  /** Repeats the last lines of the run as new steps after it, as a live run would send them. */
  train(lines: number): void {
    const { run } = this.snapshot;
    if (!run) return;
    const length = run.train.step.length;
    const last = run.train.step[length - 1] ?? 0;
    const train = cut(run.train, length - lines, length);
    train.step.forEach((_, index) => (train.step[index] = last + index + 1));
    const summary: RunSummary = { ...run.summary, status: 'running', step: last + lines };
    const valid = { step: new Float64Array(0), ce: new Float32Array(0), cleanEval: new Uint8Array(0) };
    this.notify('update', { summary, train, valid, facts: run.facts });
  }

  notify<M extends keyof PageNotifications>(method: M, params: PageNotifications[M]): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  receive(message: Message): void {
    this.asked.push({ method: message.method, params: message.params, ms: performance.now() });
    if (this.silent || message.id === undefined) return;
    const answer = this.answer(message);
    setTimeout(() => this.send({ jsonrpc: '2.0', id: message.id, ...answer }), 1);
  }

  private answer({ method, params }: Message): { result: unknown } | { error: { code: number; message: string } } {
    const { name, window, maxCells } = params as { name: string; window?: Window; maxCells: number };
    const missing = (what: string) => ({ error: { code: -32000, message: `${what}: no step has been recorded yet` } });
    if (this.failure) return { error: { code: -32000, message: this.failure } };
    switch (method) {
      case 'snapshot':
        return { result: this.snapshot };
      case 'weight': {
        const weight = this.run.weights[name];
        return weight ? { result: cutWeight(weight, window, maxCells) } : missing(name);
      }
      case 'mask': {
        const mask = this.run.masks[name];
        return mask ? { result: mask } : missing(name);
      }
      case 'batch':
        return { result: this.run.batch };
      case 'command':
      case 'save':
        return { result: null };
    }
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

function cutWeight(view: WeightView, window: Window | undefined, maxCells: number): WeightView {
  const whole = view.panes.raw.detail.window;
  const part = (pane: Pane, isMask: boolean): Pane => ({
    overview: reduce(pane.detail, whole, maxCells, isMask),
    detail: reduce(pane.detail, window ?? whole, maxCells, isMask),
    summary: pane.summary,
  });
  const { raw, mask, derived, gradient } = view.panes;
  return {
    ...view,
    panes: {
      raw: part(raw, false),
      mask: part(mask, true),
      derived: part(derived, false),
      gradient: part(gradient, false),
    },
  };
}

/** A window of a whole exact tile, in square blocks just large enough for `maxCells`. */
function reduce(tile: Tile, window: Window, maxCells: number, isMask: boolean): Tile {
  let block = 1;
  while (Math.ceil(window.rows / block) * Math.ceil(window.cols / block) > maxCells) block++;
  const rows = Math.ceil(window.rows / block);
  const cols = Math.ceil(window.cols / block);
  const data = new Float32Array(rows * cols);
  for (let r = 0; r < window.rows; r++)
    for (let c = 0; c < window.cols; c++) {
      const value = tile.data[(window.row + r) * tile.window.cols + window.col + c] ?? NaN;
      const at = Math.floor(r / block) * cols + Math.floor(c / block);
      const held = data[at] ?? 0;
      if (block === 1) data[at] = value;
      else if (isMask) data[at] = held + (value === 0 ? 0 : 1) / (block * block);
      else if (Math.abs(value) > Math.abs(held)) data[at] = value;
    }
  const reducer = block === 1 ? 'exact' : isMask ? 'mean' : 'extreme';
  return { ...tile, window, blockRows: block, blockCols: block, reducer, data };
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
