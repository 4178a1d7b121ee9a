/** The Dropout view of the run that is shown. Choosing a site shows its mask. */
import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import type { Services } from '../../host/services.ts';
import { shownRunTree } from '../../host/shownRunTree.ts';
import { dropoutTree } from './dropoutTree.ts';

export function register(services: Services): vscode.Disposable {
  return shownRunTree(services, {
    view: views.dropout,
    build: (run, broken) => dropoutTree(run, vscode.l10n.t, broken),
  });
}
