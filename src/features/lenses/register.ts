/** "Train with this config" above the settings of a language model in Python; can be switched off. */
import * as vscode from 'vscode';
import { commands, settings } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { codeSelector } from '../../host/codeReader.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';

/** Not in the palette: it needs the settings of a place in the code. */
const TRAIN = 'dropscope.trainWithSettings';

export function register({ code }: Services): vscode.Disposable {
  const disposables = new Disposables();
  disposables.add(registerCommands({ [TRAIN]: trainWith }));
  const changed = disposables.add(new vscode.EventEmitter<void>());
  disposables.add(code.onDidChange(() => changed.fire()));
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settings.codeLens)) changed.fire();
    }),
  );
  disposables.add(
    vscode.languages.registerCodeLensProvider(codeSelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses(document) {
        if (!vscode.workspace.getConfiguration(undefined, document).get<boolean>(settings.codeLens)) return [];
        return (code.current(document)?.lenses ?? []).map(({ at, config }) => {
          const position = document.positionAt(at);
          return new vscode.CodeLens(new vscode.Range(position, position), {
            title: vscode.l10n.t('Train with this config'),
            command: TRAIN,
            arguments: [config],
          });
        });
      },
    }),
  );
  return disposables;
}

/** Asks for the text to train on; undefined when the person leaves. */
async function trainWith(config: unknown): Promise<unknown> {
  const corpus = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Train: which text files?'),
    canSelectFiles: true,
    canSelectFolders: true,
    canSelectMany: true,
  });
  return corpus && vscode.commands.executeCommand(commands.train, { corpus, config });
}
