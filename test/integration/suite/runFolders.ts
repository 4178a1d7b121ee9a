// Runs that come and go beside the editor, where its file watchers tell of nothing.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { dropscope, workspace } from '../dropscopeApi.ts';
import { eventually } from '../eventually.ts';
import { hostTest } from '../hostTest.ts';

const record = { version: 1, config: {}, seed: 1, pid: 0, started: '2026-01-02T03:04:05.000Z', status: 'done' };

hostTest('a run folder that comes, changes or goes shows without a file watcher', async () => {
  const api = await dropscope();
  const files = vscode.workspace.getConfiguration('files');
  await files.update('watcherExclude', { '**/.dropscope/**': true }, vscode.ConfigurationTarget.Workspace);
  const id = 'from-elsewhere';
  const folder = path.join(workspace().fsPath, '.dropscope/runs', id);
  const status = (wanted: string | undefined) =>
    eventually(`status ${wanted}`, () =>
      api.runs().find((run) => run.id === id)?.status === wanted ? true : undefined,
    );
  const write = (more: object) => writeFile(path.join(folder, 'run.json'), JSON.stringify({ ...record, ...more }));
  try {
    await mkdir(folder, { recursive: true });
    await write({});
    await status('done');
    await write({ status: 'failed', error: 'the disk is full' });
    await status('failed');
    await rm(folder, { recursive: true });
    await status(undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await files.update('watcherExclude', undefined, vscode.ConfigurationTarget.Workspace);
  }
});
