/**
 * The single source of what runs there are and how they go: live runs from the engine's notifications, past ones from
 * their folders. Views and pages read it and never ask the engine for history themselves.
 */
import * as vscode from 'vscode';
import type { MetricsUpdate, RunDescription, StatusUpdate } from '../shared/engineContract.ts';
import type { Halting } from '../shared/halting.ts';
import type { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import { Disposables } from './disposables.ts';
import {
  isAlive,
  isTraining,
  withDescription,
  withEngineGone,
  withHaltAnswered,
  withHaltAsked,
  withMetrics,
  withStatus,
  type RunState,
} from './runState.ts';
import { TrainHistory } from './trainHistory.ts';

export interface RunChange {
  readonly run: string;
  /** "rewound": the curves are other ones; "numbers": they only grew. */
  readonly what: 'list' | 'status' | 'described' | 'rewound' | 'numbers';
}

/** Most points of a past run's curve. */
const MAX_POINTS = 4096;

export class RunStore implements vscode.Disposable {
  readonly #engine: EngineSupervisor;
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<RunChange>());
  readonly #interrupted = this.#disposables.add(new vscode.EventEmitter<RunState>());
  readonly #states = new Map<string, RunState>();
  readonly #histories = new Map<string, TrainHistory>();
  readonly #loads = new Map<string, Promise<void>>();

  readonly onDidChange = this.#changed.event;
  /** A run lost its engine. */
  readonly onDidInterrupt = this.#interrupted.event;

  constructor(engine: EngineSupervisor) {
    this.#engine = engine;
    this.#disposables.add(engine.on('status', (update) => this.#onStatus(update)));
    this.#disposables.add(engine.on('metrics', (update) => this.#onMetrics(update)));
    this.#disposables.add(engine.onDidExit(({ sentence }) => this.#onEngineGone(sentence)));
  }

  /** All runs, newest first. */
  get all(): readonly RunState[] {
    return [...this.#states.values()].sort((a, b) => b.startedAt - a.startedAt);
  }

  get(id: string): RunState | undefined {
    return this.#states.get(id);
  }

  /** The newest run that this editor's engine has in hand. */
  get live(): RunState | undefined {
    return this.all.find((run) => run.live && isAlive(run.status));
  }

  get training(): boolean {
    return this.all.some((run) => run.live && isTraining(run.status));
  }

  history(id: string): TrainHistory {
    const history = this.#histories.get(id) ?? new TrainHistory();
    this.#histories.set(id, history);
    return history;
  }

  /**
   * Has the engine pause or stop a run, which everybody who looks at the run sees at once. Resolves when it stands, or has
   * ended with its checkpoint; rejects with the engine's sentence.
   */
  async halt(id: string, by: Halting['by']): Promise<void> {
    this.#update(id, 'status', (run) => withHaltAsked(run, by));
    try {
      await this.#engine.request(by, { run: id });
    } finally {
      this.#update(id, 'status', (run) => withHaltAnswered(run, by));
    }
  }

  /** Lists a run that has been asked for, before the engine answers; also one that is continued. */
  begin(run: RunState): void {
    this.#states.set(run.id, run);
    this.#changed.fire({ run: run.id, what: 'list' });
  }

  describe(id: string, description: RunDescription): void {
    this.#update(id, 'described', (run) => withDescription(run, description));
  }

  forget(id: string): void {
    if (!this.#states.delete(id)) return;
    this.#histories.delete(id);
    this.#loads.delete(id);
    this.#changed.fire({ run: id, what: 'list' });
  }

  /** Takes over what the run folders say: a run that the engine holds keeps its own state, a vanished one leaves. */
  setPast(found: readonly RunState[]): void {
    const ids = new Set(found.map((run) => run.id));
    for (const run of this.#states.values()) {
      // A run that has just begun may have no folder yet.
      const begun = run.live && isAlive(run.status);
      if (!begun && !ids.has(run.id)) this.forget(run.id);
    }
    for (const run of found) {
      const known = this.#states.get(run.id);
      if (known?.live) continue;
      // What its folder's list does not say was read from the whole of it, or known while it trained.
      const { description, status, message, configFile, introspectionShare } = known ?? run;
      const told = known?.status === 'interrupted' && run.status === 'interrupted' ? { status, message } : {};
      this.#states.set(run.id, { ...run, description, configFile, introspectionShare, ...told });
    }
    this.#changed.fire({ run: '', what: 'list' });
  }

  /** Has description and curves of a past run read by the engine, once. */
  load(id: string): Promise<void> {
    const run = this.#states.get(id);
    if (!run || run.live || run.description) return this.#loads.get(id) ?? Promise.resolve();
    const load = this.#loads.get(id) ?? this.#read(run);
    this.#loads.set(id, load);
    return load;
  }

  async #read(run: RunState): Promise<void> {
    try {
      const { folder } = run;
      const description = await this.#engine.request('describe', { folder });
      const past = await this.#engine.request('history', { folder, maxPoints: MAX_POINTS });
      this.history(run.id).truncate(0);
      this.history(run.id).append(past.train, past.valid);
      // The engine may have been given this run meanwhile; then its own notifications are newer.
      this.#update(run.id, 'described', (state) =>
        state.live ? state : { ...withMetrics(withDescription(state, description), past), name: state.name },
      );
    } finally {
      this.#loads.delete(run.id);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #onStatus(update: StatusUpdate): void {
    this.#update(update.run, 'status', (run) => withStatus(run, update));
  }

  #onMetrics(update: MetricsUpdate): void {
    if (!this.#states.has(update.run)) return;
    const rewound = this.history(update.run).append(update.train, update.valid);
    this.#update(update.run, rewound ? 'rewound' : 'numbers', (run) => withMetrics(run, update));
  }

  #onEngineGone(sentence: string): void {
    for (const run of this.all) {
      const alive = run.live && isAlive(run.status);
      this.#update(run.id, 'status', (state) => withEngineGone(state, sentence));
      if (alive) this.#interrupted.fire(this.#states.get(run.id) ?? run);
    }
  }

  #update(id: string, what: RunChange['what'], change: (run: RunState) => RunState): void {
    const run = this.#states.get(id);
    if (!run) return;
    this.#states.set(id, change(run));
    this.#changed.fire({ run: id, what });
  }
}
