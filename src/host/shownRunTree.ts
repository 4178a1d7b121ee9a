/**
 * A native tree about the run that is shown: it follows that run, the verdicts on it and what is chosen elsewhere, and
 * choosing one of its nodes shows the node's mask.
 */
import type * as vscode from 'vscode';
import { type BrokenPromises, brokenPromises } from './brokenPromises.ts';
import { Disposables } from './disposables.ts';
import { LiveTree } from './liveTree.ts';
import type { RunState } from './runState.ts';
import type { Services } from './services.ts';
import type { TreeNode } from './treeNode.ts';

export interface ShownRunTreeOptions {
  readonly view: string;
  readonly build: (run: RunState | undefined, broken: BrokenPromises) => readonly TreeNode[];
  /** A number on the container's icon. */
  readonly badge?: (run: RunState | undefined, broken: BrokenPromises) => vscode.ViewBadge | undefined;
}

export function shownRunTree(services: Services, { view, build, badge }: ShownRunTreeOptions): vscode.Disposable {
  const { shown, activity, verdicts } = services;
  const broken = () => brokenPromises(verdicts.of(shown.run?.id ?? '').verdicts);
  return new LiveTree({
    view,
    build: () => build(shown.run, broken()),
    chosen: shown.onDidChoose,
    changed: shownRunChanged(services),
    activity,
    heading: () => (shown.run?.description ? shown.run.name : ''),
    ...(badge ? { badge: () => badge(shown.run, broken()) } : {}),
    onSelect: ({ mask }) => {
      if (mask !== undefined) shown.select(mask);
    },
  });
}

/** Fires when another run is shown or the one that is shown is gone, and when something about it is new. */
function shownRunChanged({ runs, shown, verdicts }: Services): vscode.Event<void> {
  return (listener: () => void) => {
    const subscriptions = new Disposables();
    const ifShown = (run: string) => {
      if (run === shown.run?.id) listener();
    };
    subscriptions.add(shown.onDidChange(() => listener()));
    subscriptions.add(runs.onDidChange(({ run, what }) => (what === 'list' ? listener() : ifShown(run))));
    subscriptions.add(verdicts.onDidChange(ifShown));
    return subscriptions;
  };
}
