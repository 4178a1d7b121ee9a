/** "New Config": writes a commented dropscope.json into the workspace and opens it; an existing one is only opened. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { configText } from './configText.ts';

export function register(): vscode.Disposable {
  return registerCommands({
    [commands.newConfig]: async (folder) => {
      const target = folder instanceof vscode.Uri ? folder : await askFolder();
      if (!target) return;
      const file = vscode.Uri.joinPath(target, 'dropscope.json');
      if (!(await exists(file))) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(configText()));
      await vscode.window.showTextDocument(file);
    },
  });
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error(vscode.l10n.t('open a folder first: the config is written into it'));
  if (folders.length === 1) return folders[0]?.uri;
  return (await vscode.window.showWorkspaceFolderPick())?.uri;
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
