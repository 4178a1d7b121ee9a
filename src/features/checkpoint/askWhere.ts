/** What a person is asked about a file of weights: where a copy goes, which config it is held against. */
import path from 'node:path';
import * as vscode from 'vscode';

const weights = { 'safetensors, torch': ['safetensors', 'pt', 'pth', 'bin'] };

export async function askCheckpoint(): Promise<vscode.Uri | undefined> {
  const title = vscode.l10n.t('Open checkpoint');
  return (await vscode.window.showOpenDialog({ title, filters: weights }))?.[0];
}

/** Beside the file, under a name of its own. */
export async function askCleanCopy(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const name = `${path.posix.parse(uri.path).name}-clean.safetensors`;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save clean copy: where to?'),
    defaultUri: vscode.Uri.joinPath(uri, '..', name),
    filters: { safetensors: ['safetensors'] },
  });
}

/** One of the workspace's configs, or any other file. */
export async function askConfigFile(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/{dropscope.json,*.dropscope.json}', '**/node_modules/**', 100);
  const choices = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const other = { label: vscode.l10n.t('Another file…'), uri: undefined };
  if (choices.length > 0) {
    const placeHolder = vscode.l10n.t('Which config should the weights fit?');
    const chosen = await vscode.window.showQuickPick([...choices, other], { placeHolder });
    if (chosen?.uri || !chosen) return chosen?.uri;
  }
  const title = vscode.l10n.t('Compare with a config');
  return (await vscode.window.showOpenDialog({ title, filters: { JSON: ['json', 'jsonc'] } }))?.[0];
}
