/** One status bar item for the run in hand; a click opens the inspector. Hidden when nothing runs. */
import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { Disposables } from '../../host/disposables.ts';
import type { Services } from '../../host/services.ts';
import { statusText } from './statusText.ts';

/** Faster than this nobody reads. */
const REFRESH_MS = 250;
const PRIORITY = 50;

export function register({ runs, shown, activity }: Services): vscode.Disposable {
  const disposables = new Disposables();
  const item = disposables.add(
    vscode.window.createStatusBarItem('dropscope.run', vscode.StatusBarAlignment.Left, PRIORITY),
  );
  item.name = 'Dropscope';
  let timer: NodeJS.Timeout | undefined;
  let waiting: vscode.Disposable | undefined;
  /** Runs that ended before this window opened are history, not news. */
  const seenAlive = new Set<string>();

  const refresh = () => {
    const run = runs.live ?? (shown.run && seenAlive.has(shown.run.id) ? shown.run : undefined);
    if (run) seenAlive.add(run.id);
    const status = statusText(run, vscode.l10n.t);
    if (!run || !status) return item.hide();
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: status.spoken, role: 'button' };
    item.backgroundColor =
      run.status === 'interrupted' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.command = { command: commands.openInspector, title: '', arguments: [run.id] };
    item.show();
  };
  const schedule = () => {
    if (timer) return;
    waiting = activity.hold();
    timer = setTimeout(() => {
      timer = undefined;
      refresh();
      waiting?.dispose();
    }, REFRESH_MS);
  };
  disposables.add(runs.onDidChange(schedule));
  disposables.add(shown.onDidChange(schedule));
  disposables.add({
    dispose: () => {
      clearTimeout(timer);
      waiting?.dispose();
    },
  });
  return disposables;
}
