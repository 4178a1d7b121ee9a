/** What `activate()` returns, for tests and other extensions: docs/contracts.md section 6. */
import type * as vscode from 'vscode';
import type { RunStatus, TrainLine } from '../shared/engineContract.ts';
import type { Services } from './services.ts';
import { TensorReader } from './tensorReader.ts';

export interface RunInfo {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  /** Path of the run folder. */
  readonly folder: string;
  /** The last training line of metrics.jsonl, null before the first. */
  readonly last: TrainLine | null;
}

export interface DropscopeApi {
  /** All runs, newest first. */
  runs(): RunInfo[];
  onDidChangeRuns(listener: () => void): vscode.Disposable;
  /** Resolves once no run is training and no view is waiting for data. */
  whenIdle(): Promise<void>;
  /**
   * A whole tensor of the run's most recent recorded step, by the names of docs/contracts.md section 4. While it trains,
   * those asked for together or one right after the other are of one and the same step.
   */
  readTensor(runId: string, name: string): Promise<{ shape: number[]; data: Float32Array }>;
}

export function createApi({ runs, activity, engine }: Services): DropscopeApi {
  const tensors = new TensorReader((query) => engine.request('tensor', query));
  const idle = () => !runs.training && activity.idle;
  return {
    runs: () => runs.all.map(({ id, name, status, folder, latest }) => ({ id, name, status, folder, last: latest })),
    onDidChangeRuns: (listener) => runs.onDidChange(() => listener()),
    whenIdle: () =>
      new Promise((resolve) => {
        if (idle()) return resolve();
        const check = () => {
          if (!idle()) return;
          settled.dispose();
          changed.dispose();
          resolve();
        };
        const settled = activity.onDidSettle(check);
        // After the views' own listeners, which may begin to wait for what has just changed.
        const changed = runs.onDidChange(() => setImmediate(check));
      }),
    readTensor: async (runId, name) => {
      const run = runs.get(runId);
      if (!run) throw new Error(`there is no run "${runId}"`);
      // By its folder, so that an engine that was started since finds it too.
      const { shape, data } = await tensors.read({ run: run.folder, name }, run.status === 'running');
      return { shape, data };
    },
  };
}
