/** "Preview Masks": the masks of the config under the cursor, beside the code. There is one panel. */
import * as vscode from 'vscode';
import { commands, previewPanel } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import { OnePanel } from '../../host/onePanel.ts';
import { createPanelBeside } from '../../host/panelPage.ts';
import type { Services } from '../../host/services.ts';
import { PreviewPanel } from './previewPanel.ts';

export function register(services: Services): vscode.Disposable {
  const disposables = new Disposables();
  const { extensionUri } = services.context;
  const preview = disposables.add(
    new OnePanel({
      type: previewPanel,
      create: () => createPanelBeside(previewPanel, vscode.l10n.t('Masks'), extensionUri),
      fill: (panel) => new PreviewPanel(panel, services),
    }),
  );
  disposables.add(
    registerCommands({
      // Scripts get what is on the screen; a lens says for which place.
      [commands.previewMasks]: async (uri, at) => {
        const shown = preview.show();
        if (uri instanceof vscode.Uri && typeof at === 'number') {
          shown.ask(await vscode.workspace.openTextDocument(uri), at);
        }
        return shown.drawn();
      },
    }),
  );
  return disposables;
}
