/** Opens the inspector beside the code, and brings it back after a reload. There is one, and it follows what is shown. */
import * as vscode from 'vscode';
import { commands, inspectorPanel } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import { OnePanel } from '../../host/onePanel.ts';
import { createPanelBeside } from '../../host/panelPage.ts';
import type { Services } from '../../host/services.ts';
import { InspectorPanel } from './inspectorPanel.ts';

export function register(services: Services): vscode.Disposable {
  const { runs, shown, context } = services;
  const disposables = new Disposables();
  const inspector = disposables.add(
    new OnePanel({
      type: inspectorPanel,
      create: () => createPanelBeside(inspectorPanel, vscode.l10n.t('Inspector'), context.extensionUri),
      fill: (panel) => new InspectorPanel(panel, services),
      restoring: (state) => {
        const run = typeof state === 'object' && state !== null ? (state as { run?: unknown }).run : undefined;
        if (typeof run === 'string' && runs.get(run)) shown.show(run);
      },
    }),
  );
  disposables.add(
    registerCommands({
      [commands.openInspector]: (target) => {
        if (typeof target === 'string') {
          // A node of a tree is named run/node; a run by its id alone.
          const [run = ''] = target.split('/', 1);
          if (!runs.get(run)) throw new Error(vscode.l10n.t('there is no run "{0}"', run));
          shown.show(run);
        }
        inspector.show();
      },
    }),
  );
  return disposables;
}
