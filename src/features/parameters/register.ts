/** The Parameters view of the run that is shown. Choosing a raw weight, its mask or its derived weight shows them. */
import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import type { Services } from '../../host/services.ts';
import { shownRunTree } from '../../host/shownRunTree.ts';
import { leavesWithoutGradient, parameterTree } from './parameterTree.ts';

export function register(services: Services): vscode.Disposable {
  return shownRunTree(services, {
    view: views.parameters,
    build: (run, broken) => parameterTree(run, vscode.l10n.t, broken),
    badge: (run, broken) => {
      const { size } = new Set([...leavesWithoutGradient(run), ...broken.keys()]);
      if (size === 0) return undefined;
      return { value: size, tooltip: vscode.l10n.t('Promises are broken in {0} places', size) };
    },
  });
}
