/**
 * Registers commands so that they fail well: scripts that pass an argument get the rejection, a person gets the sentence
 * and a way to the log.
 */
import * as vscode from 'vscode';
import { commands } from '../contributions.ts';
import { Disposables } from './disposables.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';

type Handler = (...args: unknown[]) => unknown;

export function registerCommands(table: Readonly<Record<string, Handler>>): vscode.Disposable {
  const disposables = new Disposables();
  for (const [command, handler] of Object.entries(table)) {
    disposables.add(
      vscode.commands.registerCommand(command, async (...args: unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          if (args.length > 0 && args[0] !== undefined) throw error;
          showFailure(error);
          return undefined;
        }
      }),
    );
  }
  return disposables;
}

/** One notification with the sentence, and the log behind a button. Does not wait for the answer. */
export function showFailure(error: unknown): void {
  const showLog = vscode.l10n.t('Show Log');
  void vscode.window.showErrorMessage(`Dropscope: ${sentenceOf(error)}`, showLog).then((choice) => {
    if (choice === showLog) void vscode.commands.executeCommand(commands.showLog);
  });
}
