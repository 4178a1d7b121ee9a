/** "Preview Masks": the masks of the config under the cursor, beside the code. There is one panel. */
import * as vscode from 'vscode';
import { commands, previewPanel } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { createPreviewPanel, PreviewPanel } from './previewPanel.ts';

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  let open: PreviewPanel | undefined;

  const adopt = (panel: vscode.WebviewPanel): PreviewPanel => {
    const adopted = disposables.add(new PreviewPanel(panel, services));
    panel.onDidDispose(() => {
      adopted.dispose();
      if (open === adopted) open = undefined;
    });
    open?.dispose();
    return (open = adopted);
  };

  disposables.add(
    registerCommands({
      // Scripts get what is on the screen; a lens says for which place.
      [commands.previewMasks]: async (uri, at) => {
        const shown = open ?? adopt(createPreviewPanel(services));
        shown.panel.reveal(undefined, true);
        if (uri instanceof vscode.Uri && typeof at === 'number') {
          shown.ask(await vscode.workspace.openTextDocument(uri), at);
        }
        return shown.drawn();
      },
    }),
  );
  disposables.add(
    vscode.window.registerWebviewPanelSerializer(previewPanel, {
      deserializeWebviewPanel: (panel) => {
        adopt(panel);
        return Promise.resolve();
      },
    }),
  );
  return disposables;
}
