/** What a page cannot do by itself with a picture or its numbers: save a file where the person says, fill the clipboard. */
import * as vscode from 'vscode';

/** Asks where, beginning in the workspace; nothing is written when the person thinks better of it. */
export async function saveFile(name: string, data: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {});
  if (uri) await vscode.workspace.fs.writeFile(uri, data);
}

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}
