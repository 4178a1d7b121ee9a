/**
 * "Compare Runs": lays a second run beside one in the inspector. Takes two run ids, or what is selected in the Runs view;
 * whatever is missing is asked for, with what differs.
 */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { registerCommands } from '../../host/commandTable.ts';
import type { RunState } from '../../host/runState.ts';
import type { Services } from '../../host/services.ts';
import { otherRuns } from './otherRuns.ts';

export function register(services: Services): vscode.Disposable {
  const { runs, shown } = services;
  return registerCommands({
    [commands.compareRuns]: async (first, second) => {
      const [a, given] = chosenRuns(services, first, second);
      const b = given ?? (await askOther(services, a));
      if (!b) return undefined;
      if (a.id === b.id) throw new Error(vscode.l10n.t('{0} cannot be compared with itself: choose two runs', a.name));
      await runs.load(a.id);
      shown.show(a.id);
      shown.compareWith(b.id);
      await vscode.commands.executeCommand(commands.openInspector, a.id);
      return { a: a.id, b: b.id };
    },
  });
}

/** From a script two ids; from the Runs view the run that was clicked, and all that are selected. */
function chosenRuns({ runs, shown }: Services, first: unknown, second: unknown): [RunState, RunState | undefined] {
  const known = (id: unknown): RunState => {
    const run = typeof id === 'string' ? runs.get(id) : undefined;
    if (!run) throw new Error(vscode.l10n.t('there is no run {0}', JSON.stringify(id)));
    return run;
  };
  if (Array.isArray(second) && second.length > 1) {
    if (second.length > 2)
      throw new Error(vscode.l10n.t('{0} runs are selected: two can be compared', String(second.length)));
    return [known(second[0]), known(second[1])];
  }
  const a = first === undefined || first === null ? (shown.run ?? runs.all[0]) : known(first);
  if (!a) throw new Error(vscode.l10n.t('there is no run yet: train two, then compare them'));
  if (runs.all.length < 2) throw new Error(vscode.l10n.t('there is only one run: train another to compare it with'));
  const b = second === undefined || second === null || Array.isArray(second) ? undefined : known(second);
  return [a, b];
}

async function askOther({ runs }: Services, first: RunState): Promise<RunState | undefined> {
  const items = otherRuns(runs.all, first, vscode.l10n.t).map(({ id, label, ...rest }) => ({ ...rest, label, id }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Compare {0} with', first.name),
    placeHolder: vscode.l10n.t('A run; what differs is said under its name'),
    matchOnDetail: true,
  });
  return chosen && runs.get(chosen.id);
}
