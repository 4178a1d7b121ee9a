/** Pause, resume, step, stop, delete, reveal: each takes a run's id, or finds the run that is meant. */
import * as vscode from 'vscode';
import { isAlive, isResumable, isTraining, type RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { continueRun } from './startTraining.ts';

export class RunControl {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  async pause(id: unknown): Promise<void> {
    const fits = ({ live, status, halting }: RunState) => live && status === 'running' && halting?.by !== 'stop';
    await this.#services.runs.halt(this.#find(id, fits, vscode.l10n.t('running')).id, 'pause');
  }

  /** Goes on with a paused run, or continues one that ended early from its last checkpoint. */
  async resume(id: unknown): Promise<void> {
    const paused = ({ live, status }: RunState) => live && status === 'paused';
    const known = typeof id === 'string' ? undefined : this.#services.runs.all.find(paused);
    const run = known ?? this.#find(id, (one) => paused(one) || isResumable(one.status), vscode.l10n.t('resumable'));
    if (paused(run)) await this.#services.engine.request('resume', { run: run.id });
    else await continueRun(this.#services, run);
  }

  async step(id: unknown): Promise<void> {
    const run = this.#find(id, ({ live, status }) => live && status === 'paused', vscode.l10n.t('paused'));
    await this.#services.engine.request('step', { run: run.id });
  }

  /** Ends a run with a checkpoint. */
  async stop(id: unknown): Promise<void> {
    const run = this.#find(id, ({ live, status }) => live && isAlive(status), vscode.l10n.t('running or paused'));
    await this.#services.runs.halt(run.id, 'stop');
  }

  /** Deletes the run folder, after asking. */
  async delete(id: unknown): Promise<void> {
    const run = this.#find(id, () => true, vscode.l10n.t('there'));
    if (isTraining(run.status)) throw new Error(vscode.l10n.t('{0} is training: stop it first', run.name));
    const yes = vscode.l10n.t('Delete');
    const detail = vscode.l10n.t('Its metrics and checkpoints are deleted for good: {0}', run.folder);
    const question = vscode.l10n.t('Delete the run "{0}"?', run.name);
    const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, yes);
    if (answer !== yes) return;
    if (run.live && isAlive(run.status)) await this.#services.runs.halt(run.id, 'stop');
    await vscode.workspace.fs.delete(vscode.Uri.file(run.folder), { recursive: true });
    this.#services.runs.forget(run.id);
  }

  async reveal(id: unknown): Promise<void> {
    const run = this.#find(id, () => true, vscode.l10n.t('there'));
    const folder = vscode.Uri.file(run.folder);
    const inside = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
    await vscode.commands.executeCommand(inside ? 'revealInExplorer' : 'revealFileInOS', folder);
  }

  /** The run of that id; without one the shown run if it fits, else the newest that does. */
  #find(id: unknown, fits: (run: RunState) => boolean, what: string): RunState {
    const { runs, shown } = this.#services;
    if (typeof id === 'string') {
      const run = runs.get(id);
      if (!run) throw new Error(vscode.l10n.t('there is no run "{0}"', id));
      if (!fits(run)) throw new Error(vscode.l10n.t('{0} is {1}, not {2}', run.name, stateOf(run), what));
      return run;
    }
    const run = shown.run && fits(shown.run) ? shown.run : runs.all.find(fits);
    if (!run) throw new Error(vscode.l10n.t('no run is {0}', what));
    return run;
  }
}

function stateOf({ status, halting }: RunState): string {
  if (!halting) return status;
  return halting.by === 'stop' ? vscode.l10n.t('stopping') : vscode.l10n.t('pausing');
}
