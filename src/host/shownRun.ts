/**
 * What people look at: one run, and in it one mask. Trees and inspector share it, so that choosing a thing anywhere
 * moves everything.
 */
import * as vscode from 'vscode';
import type { RunState } from './runState.ts';
import type { RunStore } from './runStore.ts';

export class ShownRun implements vscode.Disposable {
  readonly #runs: RunStore;
  readonly #changed = new vscode.EventEmitter<'run' | 'mask'>();
  #id = '';
  #mask = '';

  readonly onDidChange = this.#changed.event;

  constructor(runs: RunStore) {
    this.#runs = runs;
  }

  /** The run that was chosen last, or was begun last. */
  get run(): RunState | undefined {
    return this.#runs.get(this.#id);
  }

  /** Name of the chosen mask, "" for the page's own choice. */
  get mask(): string {
    return this.#mask;
  }

  show(run: string): void {
    if (run === this.#id) return;
    this.#id = run;
    this.#changed.fire('run');
  }

  select(mask: string): void {
    if (mask === this.#mask) return;
    this.#mask = mask;
    this.#changed.fire('mask');
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
