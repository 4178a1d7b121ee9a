/**
 * What the engine says of each run's promises, asked again while it trains, when it stands still and when it has ended, so
 * that trees and Problems can show what is broken. Checking takes time of the run: every few seconds is often enough.
 */
import * as vscode from 'vscode';
import type { Verdict, VerdictView } from '../shared/stepContract.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import type { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import type { Activity } from './activity.ts';
import { Disposables } from './disposables.ts';
import { isTraining, type RunState } from './runState.ts';
import type { RunChange, RunStore } from './runStore.ts';

const PAUSE_MS = 3000;

export interface VerdictStoreOptions {
  readonly engine: Pick<EngineSupervisor, 'request'>;
  readonly runs: RunStore;
  readonly activity: Activity;
  readonly log: Pick<vscode.LogOutputChannel, 'debug'>;
}

const NOTHING: VerdictView = { step: 0, verdicts: [] };

export class VerdictStore implements vscode.Disposable {
  readonly #options: VerdictStoreOptions;
  readonly #disposables = new Disposables();
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<string>());
  readonly #views = new Map<string, VerdictView>();
  /** The status and time of the last question about each run. */
  readonly #asked = new Map<string, { status: string; at: number }>();
  #disposed = false;

  /** Fires with a run's id when something about its promises is different. */
  readonly onDidChange = this.#changed.event;

  constructor(options: VerdictStoreOptions) {
    this.#options = options;
    this.#disposables.add(options.runs.onDidChange((change) => this.#onRun(change)));
  }

  /** The newest verdicts on a run; none before the first. */
  of(run: string): VerdictView {
    return this.#views.get(run) ?? NOTHING;
  }

  dispose(): void {
    this.#disposed = true;
    this.#disposables.dispose();
  }

  #onRun({ run: id, what }: RunChange): void {
    if (what === 'list') return this.#forgetGone();
    const run = this.#options.runs.get(id);
    if (!run || !this.#isDue(run)) return;
    this.#asked.set(id, { status: run.status, at: Date.now() });
    const asking = this.#options.activity.track(this.#ask(run));
    // A past run may have kept no step, and an engine may end meanwhile: then nothing is known, which is what is shown.
    asking.catch((error: unknown) => this.#options.log.debug(`verdicts on ${id}: ${sentenceOf(error)}`));
  }

  /** After the first step, every few seconds of training, at each pause, at the end, and once for a past run. */
  #isDue({ id, description, latest, status }: RunState): boolean {
    if (!description || !latest || status === 'starting') return false;
    const asked = this.#asked.get(id);
    if (asked?.status !== status) return true;
    return isTraining(status) && Date.now() - asked.at >= PAUSE_MS;
  }

  async #ask({ id, folder }: RunState): Promise<void> {
    this.accept(id, await this.#options.engine.request('verdicts', { run: folder }));
  }

  /** Takes over what was said of a run's promises, also when somebody else asked. */
  accept(id: string, view: VerdictView): void {
    if (this.#disposed || !this.#options.runs.get(id)) return;
    const before = JSON.stringify(this.of(id).verdicts.filter(isBroken));
    this.#views.set(id, view);
    if (before !== JSON.stringify(view.verdicts.filter(isBroken))) this.#changed.fire(id);
  }

  #forgetGone(): void {
    for (const id of this.#views.keys()) {
      if (this.#options.runs.get(id)) continue;
      this.#views.delete(id);
      this.#asked.delete(id);
      this.#changed.fire(id);
    }
  }
}

export function isBroken({ holds }: Verdict): boolean {
  return holds === false;
}
