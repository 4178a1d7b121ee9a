/** "Compare With Defaults": the effective dropouts of the config under the cursor beside those of the published config. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { configAt, whenRead } from '../../host/configAtCursor.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { effectiveTexts } from './effectiveText.ts';

const SCHEME = 'dropscope-dropouts';

export function register({ code }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const texts = new Map<string, string>();
  const changed = disposables.add(new vscode.EventEmitter<vscode.Uri>());
  disposables.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
    }),
  );
  disposables.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      texts.delete(uri.toString());
    }),
  );
  const put = (uri: vscode.Uri, text: string): vscode.Uri => {
    texts.set(uri.toString(), text);
    changed.fire(uri);
    return uri;
  };
  disposables.add(
    registerCommands({
      [commands.compareWithDefaults]: async (given, at) => {
        const place = await placeOf(given, at);
        const config = configAt(await whenRead(code, place.document), place.at);
        if (!config) throw new Error(vscode.l10n.t('there is no dropout config under the cursor'));
        if (config.problem !== '') throw new Error(config.problem);
        const { reference, config: own } = effectiveTexts(config);
        const name = vscode.workspace.asRelativePath(place.document.uri);
        // An ending of its own, so that nobody takes these for code or for a config.
        const left = vscode.Uri.from({ scheme: SCHEME, path: `/${config.reference.title}.dropouts` });
        const right = vscode.Uri.from({
          scheme: SCHEME,
          path: `/${name}.dropouts`,
          query: String(config.lens ?? place.at),
        });
        await vscode.commands.executeCommand(
          'vscode.diff',
          put(left.with({ query: keysOf(config.dropouts) }), reference),
          put(right, own),
          vscode.l10n.t('{0} against {1}', config.title, config.reference.title),
          { preview: true } satisfies vscode.TextDocumentShowOptions,
        );
      },
    }),
  );
  return disposables;
}

const keysOf = (dropouts: readonly { readonly key: string }[]): string => dropouts.map(({ key }) => key).join();

async function placeOf(uri: unknown, at: unknown): Promise<{ document: vscode.TextDocument; at: number }> {
  if (uri instanceof vscode.Uri && typeof at === 'number') {
    return { document: await vscode.workspace.openTextDocument(uri), at };
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) throw new Error(vscode.l10n.t('no text editor is open'));
  return { document: editor.document, at: editor.document.offsetAt(editor.selection.active) };
}
