// A run taken to TensorBoard through the command, as a script or a task would, in the real editor.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { dropscope, runWhere, sampleTexts, train, workspace } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

interface Exported {
  readonly folder: string;
  readonly files: readonly string[];
  readonly steps: number;
  readonly curves: number;
  readonly histograms: number;
}

hostTest(
  'a run is exported to TensorBoard without a question; a folder with something in it is left alone',
  async () => {
    const api = await dropscope();
    const config = { emb_sz: 8, n_hid: 6, n_layers: 2, bs: 4, bptt: 8 };
    const runId = await train({ corpus: sampleTexts(1), config, steps: 4 });
    await runWhere(runId, ({ status }) => status === 'done');
    const folder = vscode.Uri.joinPath(workspace(), 'tensorboard', runId);
    const command = async (argument: object) =>
      vscode.commands.executeCommand<Exported>('dropscope.exportTensorBoard', argument);
    const result = await command({ runId, folder });
    assert.equal(result.steps, 4);
    assert.ok(result.curves > 20, String(result.curves));
    assert.ok(result.histograms > 0, String(result.histograms));
    const [name = '', ...more] = await readdir(folder.fsPath);
    assert.deepEqual([more, result.files], [[], [path.join(folder.fsPath, name)]]);
    assert.ok((await readFile(path.join(folder.fsPath, name))).includes('brain.Event:2'));
    await assert.rejects(command({ runId, folder }), /the folder is not empty/);
    await assert.rejects(command({ runId: 'nobody', folder }), /there is no run "nobody"/);
    await api.whenIdle();
  },
);
