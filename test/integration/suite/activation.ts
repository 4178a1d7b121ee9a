// The extension starts, offers its API, and registers the commands of docs/contracts.md, section 6.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { dropscope } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

const promised = [
  'train',
  'trainThisFile',
  'trainWithConfig',
  'pause',
  'resume',
  'step',
  'stop',
  'openInspector',
  'newConfig',
  'openCheckpoint',
  'showLog',
];

hostTest('the extension activates and offers its API', async () => {
  const api = await dropscope();
  assert.ok(Array.isArray(api.runs()));
  for (const name of ['onDidChangeRuns', 'whenIdle', 'readTensor'] as const)
    assert.equal(typeof api[name], 'function', name);
});

hostTest('every promised command is registered', async () => {
  const registered = await vscode.commands.getCommands(true);
  for (const name of promised) assert.ok(registered.includes(`dropscope.${name}`), `dropscope.${name}`);
});
