/** "Export to TensorBoard": a run's curves and histograms as an event file, beside those of other programs if one likes. */
import path from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { count } from '../../host/numberFormat.ts';
import type { RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { copyText } from '../../host/takeAlong.ts';
import { pathIn } from '../../host/workspacePath.ts';
import { byteSize } from '../../shared/byteSize.ts';
import type { ExportResult } from '../../shared/jobContract.ts';
import { tensorboardCommand } from '../../shared/tensorboardCommand.ts';
import { freeFolder } from './freeFolder.ts';

export function register(services: Services): vscode.Disposable {
  return registerCommands({ [commands.exportTensorBoard]: (argument) => exportTensorBoard(services, argument) });
}

/** A run's id, or from scripts {runId?, folder?}; undefined when the person left the question where to, or cancelled. */
async function exportTensorBoard(services: Services, argument: unknown): Promise<ExportResult | undefined> {
  const wish =
    typeof argument === 'object' && argument !== null ? (argument as { runId?: unknown; folder?: unknown }) : {};
  const run = chosenRun(services, typeof argument === 'string' ? argument : wish.runId);
  const place = wish.folder === undefined ? await askWhere(run) : { out: pathIn(wish.folder) };
  if (!place) return undefined;
  const result = await services.activity.track(exported(services, run, place.out));
  if (result && 'logs' in place) tell(run, result, place.logs);
  return result;
}

/** With its progress in a notification, which can cancel it; then nothing is left of it, and it is undefined. */
async function exported({ engine }: Services, run: RunState, out: string): Promise<ExportResult | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Exporting {0} to TensorBoard', run.name),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    let told = 0;
    const listening = engine.on('exportProgress', (at) => {
      if (at.out !== out) return;
      const share = (100 * at.step) / at.steps;
      progress.report({
        message: vscode.l10n.t('step {0} of {1}', count(at.step), count(at.steps)),
        increment: share - told,
      });
      told = share;
    });
    try {
      return await engine.request('exportRun', { folder: run.folder, to: 'tensorboard', out }, token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    } finally {
      listening.dispose();
    }
  });
}

function chosenRun({ runs, shown }: Services, id: unknown): RunState {
  if (id === undefined || id === null) {
    const run = shown.run ?? runs.all[0];
    if (!run) throw new Error(vscode.l10n.t('there is no run yet: train one, then export it'));
    return run;
  }
  const run = typeof id === 'string' ? runs.get(id) : undefined;
  if (!run) throw new Error(vscode.l10n.t('there is no run {0}', JSON.stringify(id)));
  return run;
}

/** Asks for the folder that TensorBoard looks at, and finds a new one in it. */
async function askWhere(run: RunState): Promise<{ readonly out: string; readonly logs: string } | undefined> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [logs] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Export {0} to TensorBoard: into which folder of runs?', run.name),
      openLabel: vscode.l10n.t('Export Here'),
      canSelectFiles: false,
      canSelectFolders: true,
      ...(defaultUri ? { defaultUri } : {}),
    })) ?? [];
  if (!logs) return undefined;
  const folder = pathIn(logs);
  const taken = (await vscode.workspace.fs.readDirectory(logs)).map(([name]) => name);
  return { out: path.join(folder, freeFolder(run.id, taken)), logs: folder };
}

/** Says what was written, and how to look at it: with the other runs of the folder beside it. */
function tell(run: RunState, { folder, steps, curves, histograms, bytes, notes }: ExportResult, logs: string): void {
  const command = tensorboardCommand(logs, steps, process.platform === 'win32' ? 'windows' : 'posix');
  const [reveal, copy] = [vscode.l10n.t('Reveal'), vscode.l10n.t('Copy Command')];
  const text = vscode.l10n.t(
    '{0}: {1} curves and {2} histograms ({3}) are in {4}. Look at them with: {5}',
    run.name,
    curves,
    histograms,
    byteSize(bytes),
    folder,
    command,
  );
  void vscode.window.showInformationMessage([text, ...notes].join(' '), copy, reveal).then((choice) => {
    if (choice === copy) void copyText(command);
    if (choice === reveal) void vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
  });
}
