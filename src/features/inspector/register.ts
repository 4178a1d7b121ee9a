/** Opens the inspector beside the code, and brings it back after a reload. There is one, and it follows what is shown. */
import * as vscode from 'vscode';
import { commands, inspectorPanel } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { createPanel, InspectorPanel } from './inspectorPanel.ts';

export function register(services: Services): vscode.Disposable {
  const { runs, shown } = services;
  const disposables = new Disposables();
  let inspector: InspectorPanel | undefined;

  const adopt = (panel: vscode.WebviewPanel) => {
    const adopted = disposables.add(new InspectorPanel(panel, services));
    panel.onDidDispose(() => {
      adopted.dispose();
      if (inspector === adopted) inspector = undefined;
    });
    inspector?.dispose();
    inspector = adopted;
  };

  disposables.add(
    registerCommands({
      [commands.openInspector]: (target) => {
        if (typeof target === 'string') {
          // A node of a tree is named run/node; a run by its id alone.
          const [run = ''] = target.split('/', 1);
          if (!runs.get(run)) throw new Error(vscode.l10n.t('there is no run "{0}"', run));
          shown.show(run);
        }
        if (inspector) inspector.panel.reveal(undefined, true);
        else adopt(createPanel(services));
      },
    }),
  );
  disposables.add(
    vscode.window.registerWebviewPanelSerializer(inspectorPanel, {
      deserializeWebviewPanel: (panel, state: unknown) => {
        const run = typeof state === 'object' && state !== null ? (state as { run?: unknown }).run : undefined;
        if (typeof run === 'string' && runs.get(run)) shown.show(run);
        adopt(panel);
        return Promise.resolve();
      },
    }),
  );
  return disposables;
}
