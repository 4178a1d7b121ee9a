/** When the engine dies under a run: one notification that says what happened and offers to go on. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';

export function offerResume(services: Services): vscode.Disposable {
  return services.runs.onDidInterrupt((run) => {
    offer(services, run).catch((error: unknown) => services.log.error(sentenceOf(error)));
  });
}

async function offer({ engine, log }: Services, run: RunState): Promise<void> {
  const { t } = vscode.l10n;
  const step = await lastCheckpoint(run);
  const resume = step > 0 ? t('Resume from step {0}', step) : t('Start Again');
  const showLog = t('Show Log');
  const message = t('Dropscope: {0} was interrupted at step {1}: {2}', run.name, run.step, run.message);
  const choice = await vscode.window.showErrorMessage(message, resume, showLog);
  if (choice === showLog) await vscode.commands.executeCommand(commands.showLog);
  if (choice !== resume) return;
  try {
    // It may be down for good after too many deaths: the button is the permission to try once more.
    if (engine.pid === undefined) await engine.restart();
    await vscode.commands.executeCommand(commands.resume, run.id);
  } catch (error) {
    log.error(sentenceOf(error));
    void vscode.window.showErrorMessage(`Dropscope: ${sentenceOf(error)}`);
  }
}

/** The step of `checkpoints/latest` ("step-000200"), 0 when there is none yet. */
async function lastCheckpoint(run: RunState): Promise<number> {
  const latest = vscode.Uri.joinPath(vscode.Uri.file(run.folder), 'checkpoints', 'latest');
  try {
    const name = new TextDecoder().decode(await vscode.workspace.fs.readFile(latest));
    return Number(/(\d+)/.exec(name)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
