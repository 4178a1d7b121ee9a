/**
 * The first run of the sample workspace, and the one exception to "never opens by itself": `npm start` leaves a marker
 * there, which is consumed once. The Python file opens, the inspector beside it, and the sample trains.
 */
import * as vscode from 'vscode';
import { commands, firstRunMarker } from '../../contributions.ts';
import { showFailure } from '../../host/commandTable.ts';
import { workspaceFolder } from '../../host/runFolders.ts';

export function register(): vscode.Disposable {
  const folder = workspaceFolder();
  if (folder) firstRun(folder).catch(showFailure);
  return { dispose: () => undefined };
}

async function firstRun(folder: vscode.Uri): Promise<void> {
  if (!(await consumeMarker(folder))) return;
  const config = vscode.Uri.joinPath(folder, 'dropscope.json');
  const [python] = await vscode.workspace.findFiles('*.py', undefined, 1);
  if (python) await vscode.window.showTextDocument(python, { viewColumn: vscode.ViewColumn.One, preview: false });
  await vscode.commands.executeCommand(commands.openInspector);
  await vscode.commands.executeCommand('workbench.view.extension.dropscope');
  await vscode.commands.executeCommand(commands.train, { corpus: [], config });
}

/** Whether there was one that asks to train. It is deleted before anything starts: a failure must not repeat itself. */
async function consumeMarker(folder: vscode.Uri): Promise<boolean> {
  const marker = vscode.Uri.joinPath(folder, firstRunMarker);
  let text: string;
  try {
    text = new TextDecoder().decode(await vscode.workspace.fs.readFile(marker));
  } catch {
    return false;
  }
  await vscode.workspace.fs.delete(marker);
  return (JSON.parse(text) as { train?: unknown }).train === true;
}
