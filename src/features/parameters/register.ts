/** The Parameters view of the run that is shown. Choosing a raw weight, its mask or its derived weight shows them. */
import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import { brokenPromises } from '../../host/brokenPromises.ts';
import { Disposables } from '../../host/disposables.ts';
import { LiveTree } from '../../host/liveTree.ts';
import type { Services } from '../../host/services.ts';
import { leavesWithoutGradient, parameterTree } from './parameterTree.ts';

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
      view: views.parameters,
      build: () => parameterTree(shown.run, vscode.l10n.t, broken()),
      chosen: shown.onDidChoose,
      changed: changed.event,
      activity,
      heading: () => (shown.run?.description ? shown.run.name : ''),
      badge: () => {
        const { size } = new Set([...leavesWithoutGradient(shown.run), ...broken().keys()]);
        if (size === 0) return undefined;
        return { value: size, tooltip: vscode.l10n.t('Promises are broken in {0} places', size) };
      },
      onSelect: (node) => {
        if (node.mask !== undefined) shown.select(node.mask);
      },
    }),
  );
  return disposables;
}
