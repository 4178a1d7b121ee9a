/** Names of files as scripts and models give them: a Uri, an absolute path, or one relative to the workspace. */
import path from 'node:path';
import * as vscode from 'vscode';

/** What relative names are relative to; the process's folder without a workspace. */
export function workspaceBase(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
}

/** Throws a sentence for what is no name of a file on a disk. */
export function pathIn(name: unknown): string {
  if (typeof name === 'string' && name !== '') return path.resolve(workspaceBase(), name);
  if (name instanceof vscode.Uri && name.scheme === 'file') return name.fsPath;
  throw new Error(`${JSON.stringify(name)} is not a file on a disk`);
}
