/** What can be done with a dropout config, above it: preview its masks, train with it, compare it. Can be switched off. */
import * as vscode from 'vscode';
import { commands, settings } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { codeSelector, configSelector } from '../../host/codeReader.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import type { LintResult } from '../../shared/lintContract.ts';

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
  const provider = (lensesOf: (read: LintResult, document: vscode.TextDocument) => vscode.CodeLens[]) => ({
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
      const isOn = vscode.workspace.getConfiguration(undefined, document).get<boolean>(settings.codeLens);
      const read = isOn ? code.current(document) : undefined;
      return read ? lensesOf(read, document) : [];
    },
  });
  disposables.add(vscode.languages.registerCodeLensProvider(codeSelector, provider(pythonLenses)));
  disposables.add(vscode.languages.registerCodeLensProvider(configSelector, provider(configLenses)));
  return disposables;
}

function pythonLenses({ lenses, configs }: LintResult, document: vscode.TextDocument): vscode.CodeLens[] {
  return configs.flatMap(({ lens: at }) => {
    if (at === null) return [];
    const trainable = lenses.find((lens) => lens.at === at);
    const train: vscode.Command[] = trainable
      ? [{ title: vscode.l10n.t('Train with this config'), command: TRAIN, arguments: [trainable.config] }]
      : [];
    return lensesAt(document, at, train);
  });
}

function configLenses({ configs }: LintResult, document: vscode.TextDocument): vscode.CodeLens[] {
  const train = {
    title: vscode.l10n.t('Train with this config'),
    command: commands.trainWithConfig,
    arguments: [document.uri],
  };
  return configs.flatMap(({ lens }) => (lens === null ? [] : lensesAt(document, lens, [train])));
}

function lensesAt(document: vscode.TextDocument, at: number, train: readonly vscode.Command[]): vscode.CodeLens[] {
  const position = document.positionAt(at);
  const range = new vscode.Range(position, position);
  const place = [document.uri, at];
  const all: vscode.Command[] = [
    { title: vscode.l10n.t('Preview masks'), command: commands.previewMasks, arguments: place },
    ...train,
    { title: vscode.l10n.t('Compare with defaults'), command: commands.compareWithDefaults, arguments: place },
  ];
  return all.map((command) => new vscode.CodeLens(range, command));
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
