/** The Dropout view of the run that is shown. Choosing a site shows its mask. */
import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import { brokenPromises } from '../../host/brokenPromises.ts';
import { Disposables } from '../../host/disposables.ts';
import { LiveTree } from '../../host/liveTree.ts';
import type { Services } from '../../host/services.ts';
import { dropoutTree } from './dropoutTree.ts';

export function register({ runs, shown, activity, verdicts }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const changed = disposables.add(new vscode.EventEmitter<void>());
  disposables.add(shown.onDidChange(() => changed.fire()));
  disposables.add(
    runs.onDidChange(({ run }) => {
      if (run === shown.run?.id) changed.fire();
    }),
  );
  disposables.add(
    verdicts.onDidChange((run) => {
      if (run === shown.run?.id) changed.fire();
    }),
  );
  const broken = () => brokenPromises(verdicts.of(shown.run?.id ?? '').verdicts);
  disposables.add(
    new LiveTree({
      view: views.dropout,
      build: () => dropoutTree(shown.run, vscode.l10n.t, broken()),
      chosen: shown.onDidChoose,
      changed: changed.event,
      activity,
      heading: () => (shown.run?.description ? shown.run.name : ''),
      onSelect: (node) => {
        if (node.mask !== undefined) shown.select(node.mask);
      },
    }),
  );
  return disposables;
}
