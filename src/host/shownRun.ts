/**
 * What people look at: one run, and in it one mask; at times a second run beside it. Trees and inspector share it, so that
 * choosing a thing anywhere moves everything.
 */
import * as vscode from 'vscode';
import type { RunState } from './runState.ts';
import type { RunStore } from './runStore.ts';

export class ShownRun implements vscode.Disposable {
  readonly #runs: RunStore;
  readonly #changed = new vscode.EventEmitter<'run' | 'mask' | 'compared'>();
  readonly #chosen = new vscode.EventEmitter<string>();
  #id = '';
  #before = '';
  #mask = '';
  #compared = '';

  readonly onDidChange = this.#changed.event;
  /** A mask or weight was chosen in the page, by this name: trees reveal it. */
  readonly onDidChoose = this.#chosen.event;

  constructor(runs: RunStore) {
    this.#runs = runs;
  }

  /** The run that was chosen last, or was begun last; where that is gone, refused at its start or deleted, the one before. */
  get run(): RunState | undefined {
    return this.#runs.get(this.#id) ?? this.#runs.get(this.#before);
  }

  /** Name of the chosen mask, "" for the page's own choice. */
  get mask(): string {
    return this.#mask;
  }

  /** The run that the one shown is laid beside, or "". */
  get compared(): string {
    return this.#runs.get(this.#compared) ? this.#compared : '';
  }

  /** "" ends the comparison. Told also when it is the same run again: whoever asks wants to see it. */
  compareWith(run: string): void {
    this.#compared = run;
    this.#changed.fire('compared');
  }

  /** The page ended the comparison, or began one itself: it need not be told. */
  comparedInPage(run: string): void {
    this.#compared = run;
  }

  show(run: string): void {
    if (run === this.#id) return;
    this.#before = this.run?.id ?? '';
    this.#id = run;
    this.#changed.fire('run');
  }

  select(mask: string): void {
    if (mask === this.#mask) return;
    this.#mask = mask;
    this.#changed.fire('mask');
  }

  /** Chosen in the page, which knows it already: only trees follow. */
  choose(run: string, name: string): void {
    this.show(run);
    this.#mask = name;
    this.#chosen.fire(name);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#chosen.dispose();
  }
}
