/** Keeps the context keys that menus and enablement read in step with the runs. */
import * as vscode from 'vscode';
import { contextKeys, type StateKey } from '../contributions.ts';
import { Disposables } from './disposables.ts';
import { isResumable, type RunState } from './runState.ts';
import type { Services } from './services.ts';

export function keepStateKeys({ runs, shown }: Services): vscode.Disposable {
  const set = new Map<string, unknown>();
  const setKey = (key: string, value: unknown) => {
    if (set.get(key) === value) return;
    set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const refresh = () => {
    setKey(contextKeys.state, stateOf(runs.live));
    setKey(
      contextKeys.resumable,
      runs.all.some((run) => isResumable(run.status)),
    );
    setKey(contextKeys.described, Boolean(shown.run?.description));
  };
  refresh();
  const disposables = new Disposables();
  disposables.add(runs.onDidChange(refresh));
  disposables.add(shown.onDidChange(refresh));
  return disposables;
}

function stateOf(run: RunState | undefined): StateKey {
  if (run?.halting) return run.halting.by === 'stop' ? 'stopping' : 'pausing';
  const status = run?.status;
  return status === 'starting' || status === 'running' || status === 'paused' ? status : 'idle';
}
