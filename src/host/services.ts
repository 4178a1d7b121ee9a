/** What every feature is given. Built once in activate(); nothing here starts the engine before it is needed. */
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineSupervisor } from '../supervisor/engineSupervisor.ts';
import { ownNativeFolder } from '../supervisor/native/nativeFolder.ts';
import { Activity } from './activity.ts';
import { BreakpointList } from './breakpointList.ts';
import { CodeReader } from './codeReader.ts';
import { Disposables } from './disposables.ts';
import { createLog, writeLine } from './log.ts';
import { RunFolders } from './runFolders.ts';
import { RunStore } from './runStore.ts';
import { ShownRun } from './shownRun.ts';
import { VerdictStore } from './verdictStore.ts';

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engine: EngineSupervisor;
  readonly runs: RunStore;
  readonly folders: RunFolders;
  readonly shown: ShownRun;
  readonly activity: Activity;
  readonly verdicts: VerdictStore;
  readonly code: CodeReader;
  readonly breakpoints: BreakpointList;
}

/** Services, and what disposes them. */
export function createServices(context: vscode.ExtensionContext): Services & vscode.Disposable {
  const disposables = new Disposables();
  const log = disposables.add(createLog());
  const engine = disposables.add(
    new EngineSupervisor({
      entry: vscode.Uri.joinPath(context.extensionUri, 'dist', 'engine.cjs').fsPath,
      log: (line) => writeLine(log, line),
      // Where a native backend may have been installed for all, or put for this editor alone.
      env: { DROPSCOPE_INSTALLED: [ownNativeFolder(), context.globalStorageUri.fsPath].join(path.delimiter) },
    }),
  );
  const activity = disposables.add(new Activity());
  const runs = disposables.add(new RunStore(engine));
  const folders = disposables.add(new RunFolders(context, runs, log));
  const shown = disposables.add(new ShownRun(runs));
  const verdicts = disposables.add(new VerdictStore({ engine, runs, activity, log }));
  const breakpoints = disposables.add(new BreakpointList({ memory: context.workspaceState, engine, runs, log }));
  const reader = vscode.Uri.joinPath(context.extensionUri, 'dist', 'lint.cjs').fsPath;
  const code = disposables.add(new CodeReader(reader, (line) => log.warn(line)));
  const dispose = () => disposables.dispose();
  return { context, log, engine, runs, folders, shown, activity, verdicts, code, breakpoints, dispose };
}
