/** When a breakpoint pauses a run and the inspector, which says so itself, cannot be seen: one notification. */
import * as vscode from 'vscode';
import { commands, inspectorPanel } from '../../contributions.ts';
import { showFailure } from '../../host/commandTable.ts';
import type { Services } from '../../host/services.ts';
import type { StatusUpdate } from '../../shared/engineContract.ts';
import { withoutStep } from '../../shared/stepSentence.ts';

export function pauseNotice({ engine, runs }: Services): vscode.Disposable {
  return engine.on('status', (update) => {
    const run = runs.get(update.run);
    if (run && update.hits && !inspectorIsVisible()) void offer(run.name, update).catch(showFailure);
  });
}

async function offer(name: string, { run, step, message = '' }: StatusUpdate): Promise<void> {
  const { t } = vscode.l10n;
  const [open, resume] = [t('Open Inspector'), t('Resume')];
  const sentence = t('Dropscope: {0} paused at step {1}: {2}', name, step, withoutStep(message, step));
  const choice = await vscode.window.showWarningMessage(sentence, open, resume);
  if (choice === open) await vscode.commands.executeCommand(commands.openInspector, run);
  if (choice === resume) await vscode.commands.executeCommand(commands.resume, run);
}

/** The tab that is in front of its group; VS Code puts a prefix of its own before a webview's type. */
function inspectorIsVisible(): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    const input = activeTab?.input;
    return input instanceof vscode.TabInputWebview && input.viewType.endsWith(inspectorPanel);
  });
}
