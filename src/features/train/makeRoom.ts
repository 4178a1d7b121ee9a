/** One run at a time: when a person starts another, asks whether the one under way may be stopped. */
import * as vscode from 'vscode';
import type { Services } from '../../host/services.ts';

/** False when the person would rather keep the run that is under way. */
export async function makeRoom({ runs }: Services): Promise<boolean> {
  const { live } = runs;
  if (!live) return true;
  const stop = vscode.l10n.t('Stop and Train');
  const detail = vscode.l10n.t('It keeps a checkpoint and can be resumed later.');
  const question = vscode.l10n.t('Stop "{0}" at step {1}?', live.name, live.step);
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, stop);
  if (answer !== stop) return false;
  await runs.halt(live.id, 'stop');
  return true;
}
