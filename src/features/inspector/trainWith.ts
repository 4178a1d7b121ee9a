/** Trains the texts of a run anew with its config but for some keys: what a what-if question or a comparison leads to. */
import path from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { Services } from '../../host/services.ts';
import type { PageRequests } from '../../shared/pageContract.ts';

/** Throws a sentence when the run is gone, or was trained on text that no file holds. */
export async function trainWith({ runs }: Services, { run: id, changes }: PageRequests['trainWith'][0]): Promise<void> {
  const run = runs.get(id);
  const config = run?.description?.config;
  if (!run || !config) throw new Error(vscode.l10n.t('there is no run "{0}"', id));
  const text = await vscode.workspace.fs.readFile(vscode.Uri.file(path.join(run.folder, 'run.json')));
  const { corpus } = JSON.parse(new TextDecoder().decode(text)) as { corpus: readonly { path: string }[] };
  const files = corpus.map((file) => file.path);
  if (!files.every((file) => path.isAbsolute(file))) {
    throw new Error(
      vscode.l10n.t('{0} was trained on text that is in no file: train it from its editor with these keys', run.name),
    );
  }
  await vscode.commands.executeCommand(commands.train, { corpus: files, config: { ...config, ...changes } });
}
