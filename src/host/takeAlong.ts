/** What a page cannot do by itself with a picture or its numbers: save a file where the person says, fill the clipboard. */
import * as vscode from 'vscode';

/** Asks where, beginning in the workspace; nothing is written when the person thinks better of it. */
export async function saveFile(name: string, data: Uint8Array): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {});
  if (uri) await vscode.workspace.fs.writeFile(uri, data);
}

/** What a page's requests for these are answered with. */
export const takeAlongHandlers = {
  save: async ({ name, data }: { readonly name: string; readonly data: Uint8Array }): Promise<null> => {
    await saveFile(name, data);
    return null;
  },
  copy: async ({ text }: { readonly text: string }): Promise<null> => {
    await copyText(text);
    return null;
  },
};

export async function copyText(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
}
