/** Files of weights open in an editor of their own; "Open Checkpoint" asks for one, or opens a run's latest. */
import * as vscode from 'vscode';
import { checkpointEditor, commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { pathIn } from '../../host/workspacePath.ts';
import type { CheckpointView } from '../../shared/checkpointContract.ts';
import { askCheckpoint } from './askWhere.ts';
import { CheckpointEditor } from './checkpointEditor.ts';

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  const open = new Map<string, CheckpointEditor>();
  const provider: vscode.CustomReadonlyEditorProvider = {
    // Nothing is read for the document itself: its page asks, and a file that is no checkpoint is told of there.
    openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => {
      const editor = new CheckpointEditor(panel, uri, services);
      open.set(uri.toString(), editor);
      panel.onDidDispose(() => {
        editor.dispose();
        if (open.get(uri.toString()) === editor) open.delete(uri.toString());
      });
    },
  };
  disposables.add(vscode.window.registerCustomEditorProvider(checkpointEditor, provider));
  disposables.add(
    registerCommands({
      /** Scripts name a file or a run and get what is on the screen. */
      [commands.openCheckpoint]: async (target): Promise<CheckpointView | undefined> => {
        const uri = target === undefined ? await askCheckpoint() : await fileOf(services, target);
        if (!uri) return undefined;
        await vscode.commands.executeCommand('vscode.openWith', uri, checkpointEditor);
        return open.get(uri.toString())?.drawn();
      },
    }),
  );
  return disposables;
}

/** A node of the Runs view is a run's id: its latest checkpoint is meant, as it is by a run's folder. */
async function fileOf({ runs, engine }: Services, target: unknown): Promise<vscode.Uri> {
  const run = typeof target === 'string' ? runs.get(target.split('/', 1)[0] ?? '') : undefined;
  const { file } = await engine.request('checkpointFile', { checkpoint: run?.folder ?? pathIn(target) });
  return vscode.Uri.file(file);
}
