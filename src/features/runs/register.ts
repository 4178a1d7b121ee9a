/** The Runs view: a click opens the run in the inspector. */
import * as vscode from 'vscode';
import { commands, views } from '../../contributions.ts';
import { LiveTree } from '../../host/liveTree.ts';
import type { Services } from '../../host/services.ts';
import { runTree } from './runTree.ts';

export function register({ runs, shown, activity }: Services): vscode.Disposable {
  return new LiveTree({
    view: views.runs,
    build: () => runTree(runs.all, vscode.l10n.t),
    changed: runs.onDidChange,
    activity,
    manySelectable: true,
    onSelect: (node) => shown.show(node.id),
    command: (node) => ({
      command: commands.openInspector,
      title: vscode.l10n.t('Open Inspector'),
      arguments: [node.id],
    }),
  });
}
