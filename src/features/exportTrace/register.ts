/** "Export Trace": the shown run's last recorded step, passed through the model once more, every tensor in one file. */
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, settings } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import type { Services } from '../../host/services.ts';
import { pathIn } from '../../host/workspacePath.ts';
import type { RecordedTraceResult } from '../../shared/jobContract.ts';

export function register(services: Services): vscode.Disposable {
  return registerCommands({ [commands.exportTrace]: (argument) => exportTrace(services, argument) });
}

/** A node of a tree, or from scripts {run?: id, out?: file}; undefined when the person left the question where to. */
async function exportTrace(services: Services, argument: unknown): Promise<RecordedTraceResult | undefined> {
  const { runs, shown, engine, activity } = services;
  const wish = typeof argument === 'object' && argument !== null ? (argument as { run?: unknown; out?: unknown }) : {};
  const given = typeof argument === 'string' ? argument : wish.run;
  // A node of a tree is named run/node; a run by its id alone.
  const id = typeof given === 'string' ? given.split('/', 1)[0] : undefined;
  const run = id === undefined ? shown.run : runs.get(id);
  if (!run) {
    throw new Error(
      id === undefined
        ? vscode.l10n.t('no run is shown: choose one in Runs')
        : vscode.l10n.t('there is no run "{0}"', id),
    );
  }
  const out = wish.out === undefined ? await askWhere(run.folder) : pathIn(wish.out);
  if (out === undefined) return undefined;
  const nativePath = vscode.workspace.getConfiguration().get<string>(settings.nativePath) ?? '';
  const request = { folder: run.folder, out, ...(nativePath === '' ? {} : { nativePath }) };
  const result = await activity.track(engine.request('recordedTrace', request));
  if (wish.out === undefined) tell(result, out);
  return result;
}

async function askWhere(folder: string): Promise<string | undefined> {
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export trace: where to?'),
    defaultUri: vscode.Uri.file(path.join(folder, 'trace.safetensors')),
    filters: { safetensors: ['safetensors'] },
  });
  return uri?.fsPath;
}

function tell({ tensors, step }: RecordedTraceResult, out: string): void {
  const reveal = vscode.l10n.t('Reveal');
  const text = vscode.l10n.t('{0} tensors of step {1}, from a zero state: {2}', tensors, step, out);
  void vscode.window.showInformationMessage(text, reveal).then((choice) => {
    if (choice === reveal) void vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(out));
  });
}
