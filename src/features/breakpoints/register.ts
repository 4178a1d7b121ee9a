/** The Breakpoints view, the commands that manage it, and what is said when one pauses a run. */
import * as vscode from 'vscode';
import { commands, views } from '../../contributions.ts';
import { registerCommands, showFailure } from '../../host/commandTable.ts';
import { Disposables } from '../../host/disposables.ts';
import { LiveTree } from '../../host/liveTree.ts';
import type { Services } from '../../host/services.ts';
import { askCondition, askHit, askNewCondition } from './askBreakpoint.ts';
import { readNewBreakpoint } from './breakpointArgument.ts';
import { breakpointTree } from './breakpointTree.ts';
import { pauseNotice } from './pauseNotice.ts';

export function register(services: Services): vscode.Disposable {
  const { breakpoints, runs, activity } = services;
  const disposables = new Disposables();
  /** What a key acts on: it is given no node. */
  let selected = '';
  /** A node's id, from a menu or a script. */
  const chosen = (id: unknown) => {
    const found = breakpoints.get(typeof id === 'string' ? id : selected);
    if (found) return found;
    throw new Error(
      typeof id === 'string'
        ? vscode.l10n.t('there is no breakpoint "{0}"', id)
        : vscode.l10n.t('no breakpoint is selected'),
    );
  };
  disposables.add(
    new LiveTree({
      view: views.breakpoints,
      build: () => breakpointTree(breakpoints.all, (id) => breakpoints.lastHit(id), runs.live, vscode.l10n.t),
      changed: anyChange(services),
      chosen: breakpoints.onDidHit,
      activity,
      onSelect: ({ id }) => (selected = id),
      onCheck: (id, enabled) => void breakpoints.change(id, { enabled }).catch(showFailure),
    }),
  );
  disposables.add(pauseNotice(services));
  disposables.add(
    registerCommands({
      [commands.addBreakpoint]: async (argument) => {
        if (argument !== undefined) return breakpoints.add(readNewBreakpoint(argument));
        const when = await askNewCondition();
        return when === undefined ? undefined : breakpoints.add({ when, enabled: true });
      },
      [commands.editBreakpoint]: async (id) => {
        const breakpoint = chosen(id);
        const when = await askCondition(vscode.l10n.t('Edit Condition'), breakpoint.when);
        if (when !== undefined) await breakpoints.change(breakpoint.id, { when });
      },
      [commands.editHitCount]: async (id) => {
        const breakpoint = chosen(id);
        const fromHit = await askHit(breakpoint.fromHit ?? 1);
        if (fromHit !== undefined) await breakpoints.change(breakpoint.id, { fromHit });
      },
      [commands.removeBreakpoint]: (id) => breakpoints.remove(chosen(id).id),
      [commands.toggleBreakpoint]: (id) => {
        const breakpoint = chosen(id);
        return breakpoints.change(breakpoint.id, { enabled: !breakpoint.enabled });
      },
      [commands.enableBreakpoints]: () => breakpoints.enableAll(true),
      [commands.disableBreakpoints]: () => breakpoints.enableAll(false),
      [commands.resetBreakpoints]: () => breakpoints.reset(),
    }),
  );
  return disposables;
}

/** Fires when the list, its hits or the status of a run is another one. */
function anyChange({ breakpoints, runs }: Services): vscode.Event<void> {
  return (listener: () => void) => {
    const subscriptions = new Disposables();
    subscriptions.add(breakpoints.onDidChange(() => listener()));
    subscriptions.add(
      runs.onDidChange(({ what }) => {
        if (what !== 'numbers') listener();
      }),
    );
    return subscriptions;
  };
}
