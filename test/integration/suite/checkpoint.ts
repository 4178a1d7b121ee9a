// Files of weights open in an editor of their own: by command, by a click, from a run; bad ones are one sentence.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { dropscope, runWhere, sampleTexts, train, workspace } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

interface Told {
  readonly file: string;
  readonly style: string;
  readonly findings: readonly { readonly sentence: string }[];
}

const fixtures = path.join(
  vscode.extensions.getExtension('dropscope.dropscope')?.extensionPath ?? '',
  'test/fixtures/checkpoints',
);
const open = (target: unknown) => vscode.commands.executeCommand<Told>('dropscope.openCheckpoint', target);

/** Waits until the file is in front in the editor for checkpoints: tabs are told of a moment after they open. */
async function inFront(file: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    const found = input instanceof vscode.TabInputCustom && input.viewType === 'dropscope.checkpoint';
    if (found && input.uri.fsPath === file) return;
    await delay(100);
  }
  assert.fail(`${file} is not in front after a minute`);
}

async function copied(name: string, as: string): Promise<vscode.Uri> {
  const uri = vscode.Uri.joinPath(workspace(), as);
  await vscode.workspace.fs.writeFile(uri, readFileSync(path.join(fixtures, name)));
  return uri;
}

hostTest('Open Checkpoint shows a file of fastai v1 and tells p and mode', async () => {
  const uri = vscode.Uri.file(path.join(fixtures, 'fastai1-training.pth'));
  const { style, findings } = await open(uri);
  assert.equal(style, 'fastai1');
  const said = findings.map(({ sentence }) => sentence).join('\n');
  assert.match(said, /50\.0 % zeros, median ratio 2\.00: p = 0\.5, saved in training mode/);
  await inFront(uri.fsPath);
  await (await dropscope()).whenIdle();
});

hostTest('a .safetensors file opens in that editor by itself', async () => {
  const api = await dropscope();
  const id = await train({
    corpus: sampleTexts(1),
    config: { n_hid: 16, emb_sz: 8, n_layers: 1, bs: 4, bptt: 8 },
    steps: 2,
  });
  const run = await runWhere(id, ({ status }) => status === 'done');
  const uri = vscode.Uri.file(path.join(run.folder, 'checkpoints/step-000002.safetensors'));
  await vscode.commands.executeCommand('vscode.open', uri);
  await inFront(uri.fsPath);
  await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  const { file, style } = await open(id);
  assert.deepEqual([file, style], [uri.fsPath, 'dropscope']);
  await api.whenIdle();
});

hostTest('a file that changes on the disk is read again', async () => {
  const uri = await copied('fastai1-training.pth', 'changing.pth');
  assert.equal((await open(uri)).style, 'fastai1');
  await copied('salesforce-evaluated.pt', 'changing.pth');
  for (let tries = 0; tries < 600; tries++) {
    if ((await open(uri)).style === 'salesforce') return;
    await delay(100);
  }
  assert.fail('after a minute the old file was still shown');
});

hostTest('what is no checkpoint is one sentence, and nothing in it is run', async () => {
  const text = vscode.Uri.joinPath(workspace(), 'text.pt');
  await vscode.workspace.fs.writeFile(text, new TextEncoder().encode('no weights at all'));
  await assert.rejects(Promise.resolve(open(text)), /text\.pt: .*not a safetensors file/);
  await assert.rejects(Promise.resolve(open(await copied('hostile.pt', 'hostile.pt'))), /Python object, posix\.system/);
  await assert.rejects(
    Promise.resolve(open(vscode.Uri.joinPath(workspace(), 'nowhere.pth'))),
    /nowhere\.pth: there is no such file/,
  );
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});
