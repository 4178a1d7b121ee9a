/** Asks what to train on: what is open, what is marked, files, a folder, or the sample. */
import path from 'node:path';
import * as vscode from 'vscode';
import { workspaceFolder } from '../../host/runFolders.ts';
import { nameOf, type TrainJob } from './trainJob.ts';

export type Corpus = Pick<TrainJob, 'name' | 'corpus' | 'documents' | 'base'>;

interface Choice extends vscode.QuickPickItem {
  readonly corpus: () => Promise<Corpus | 'sample' | undefined>;
}

/** Undefined when the person left. */
export async function askCorpus(): Promise<Corpus | 'sample' | undefined> {
  const choice = await vscode.window.showQuickPick(choices(), {
    title: vscode.l10n.t('Train: on what text?'),
    placeHolder: vscode.l10n.t('Each file is one document'),
  });
  return choice?.corpus();
}

/** The text of one document: a saved file by its path, anything else by its text. */
export function corpusOfDocument(document: vscode.TextDocument): Corpus {
  const { uri } = document;
  if (uri.scheme === 'file' && !document.isDirty) return corpusOfPaths([uri.fsPath]);
  return corpusOfText(path.parse(uri.path).name, document.getText());
}

export function corpusOfPaths(paths: readonly string[]): Corpus {
  return { name: nameOf(paths, null), corpus: paths, documents: [], base: base() };
}

/** What relative names in a corpus are relative to. */
export function base(): string {
  return workspaceFolder()?.fsPath ?? process.cwd();
}

function corpusOfText(name: string, text: string): Corpus {
  return { name, corpus: [], documents: [{ name, text }], base: base() };
}

function choices(): Choice[] {
  const { t } = vscode.l10n;
  const editor = vscode.window.activeTextEditor;
  const name = editor ? path.basename(editor.document.uri.path) : '';
  const marked = editor && !editor.selection.isEmpty ? editor : undefined;
  return [
    ...(editor
      ? [
          {
            label: `$(file) ${t('Active editor')}`,
            description: name,
            corpus: () => Promise.resolve(corpusOfDocument(editor.document)),
          },
        ]
      : []),
    ...(marked
      ? [
          {
            label: `$(selection) ${t('Selection')}`,
            description: t('{0} characters of {1}', marked.document.getText(marked.selection).length, name),
            corpus: () =>
              Promise.resolve(corpusOfText(t('{0} (selection)', name), marked.document.getText(marked.selection))),
          },
        ]
      : []),
    { label: `$(files) ${t('Files…')}`, corpus: () => askPaths({ canSelectFiles: true, canSelectMany: true }) },
    { label: `$(folder) ${t('Folder…')}`, corpus: () => askPaths({ canSelectFolders: true, canSelectFiles: false }) },
    {
      label: `$(book) ${t('The sample')}`,
      description: t('60,000 words of the Brown Corpus'),
      corpus: () => Promise.resolve('sample'),
    },
  ];
}

async function askPaths(options: vscode.OpenDialogOptions): Promise<Corpus | undefined> {
  const folder = workspaceFolder();
  const picked = await vscode.window.showOpenDialog({
    ...options,
    openLabel: vscode.l10n.t('Train'),
    ...(folder ? { defaultUri: folder } : {}),
  });
  return picked && picked.length > 0 ? corpusOfPaths(picked.map((uri) => uri.fsPath)) : undefined;
}
