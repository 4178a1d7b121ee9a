/**
 * Promises that the shown run breaks are entries in Problems, on its config file or else on its run.json. They go when the
 * promises hold again.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { Disposables } from '../../host/disposables.ts';
import type { RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { runProblems } from './runProblems.ts';

const SEVERITIES = { error: vscode.DiagnosticSeverity.Error, warning: vscode.DiagnosticSeverity.Warning } as const;
/** The file as a whole: a promise is about the run, not about one of its keys. */
const FIRST_LINE = new vscode.Range(0, 0, 0, 1);

export function register({ shown, verdicts }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const collection = disposables.add(vscode.languages.createDiagnosticCollection('dropscope.run'));
  const show = () => {
    collection.clear();
    const { run } = shown;
    if (!run) return;
    const diagnostics = runProblems(run, verdicts.of(run.id), vscode.l10n.t).map(({ message, code, severity }) => {
      const diagnostic = new vscode.Diagnostic(FIRST_LINE, message, SEVERITIES[severity]);
      diagnostic.source = 'dropscope';
      diagnostic.code = code;
      return diagnostic;
    });
    collection.set(fileOf(run), diagnostics);
  };
  disposables.add(verdicts.onDidChange(show));
  disposables.add(
    shown.onDidChange((what) => {
      if (what === 'run') show();
    }),
  );
  return disposables;
}

/** A config outside the workspace, such as the sample's, is nobody's to mend. */
function fileOf({ folder, configFile }: RunState): vscode.Uri {
  const config = configFile === '' ? undefined : vscode.Uri.file(configFile);
  if (config && vscode.workspace.getWorkspaceFolder(config)) return config;
  return vscode.Uri.file(path.join(folder, 'run.json'));
}
