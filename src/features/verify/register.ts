/** "Verify Promises": every promise about masks and gradients held against real steps, and the report in a document. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { configSelector } from '../../host/codeReader.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { verifyPromises } from '../../host/verification.ts';
import { reportText } from './reportText.ts';

const SCHEME = 'dropscope-report';

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  const reports = new Map<string, string>();
  disposables.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => reports.get(uri.toString()) ?? '',
    }),
  );
  disposables.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => void reports.delete(uri.toString())));
  disposables.add(
    registerCommands({
      // Scripts give {config, corpus, steps} and get the verdicts; a menu gives a node or nothing.
      [commands.verify]: async (argument) => {
        const forScript = typeof argument === 'object' && argument !== null && !(argument instanceof vscode.Uri);
        if (forScript) return verifyPromises(services, argument);
        const config = argument instanceof vscode.Uri ? argument : await nearestConfig();
        const what = config ? vscode.workspace.asRelativePath(config) : vscode.l10n.t('The preset "small"');
        const title = vscode.l10n.t('Verifying: {0}', what);
        const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
          verifyPromises(services, config ? { config } : {}),
        );
        const name = `${result.holds ? 'held' : 'broken'} ${new Date().toTimeString().slice(0, 8).replaceAll(':', '.')}`;
        const uri = vscode.Uri.from({ scheme: SCHEME, path: `/Promises ${name}.md` });
        reports.set(uri.toString(), reportText(result, what));
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
        return result;
      },
    }),
  );
  return disposables;
}

/** The config in the editor, else the workspace's own; undefined when there is none. */
async function nearestConfig(): Promise<vscode.Uri | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme === 'file' && vscode.languages.match(configSelector, document) > 0) return document.uri;
  const [found] = await vscode.workspace.findFiles('dropscope.json', undefined, 1);
  return found;
}
