// The language-model tools, verify and the exported trace, in the real editor: called as a model or a script would.
import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { dropscope, sampleTexts, train, workspace } from '../dropscopeApi.ts';
import { eventually } from '../eventually.ts';
import { hostTest } from '../hostTest.ts';

interface Trained {
  readonly run: string;
  readonly status: string;
  readonly step: { readonly value: number };
  readonly loss: { readonly value: number; readonly unit: string };
}

async function invoke<T>(name: string, input: object): Promise<T> {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  const [part] = result.content;
  assert.ok(part instanceof vscode.LanguageModelTextPart);
  return JSON.parse(part.value) as T;
}

const tiny = { emb_sz: 8, n_hid: 6, n_layers: 2, bs: 4, bptt: 8, weight_p: 0.5 };

hostTest('all five tools are known to the editor', async () => {
  await dropscope();
  const names = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('dropscope_'));
  const wanted = ['compare_configs', 'explain_parameter', 'mask_stats', 'train_steps', 'verify'];
  assert.deepEqual(
    names.sort(),
    wanted.map((name) => `dropscope_${name}`),
  );
});

hostTest('a parameter is explained, and a misspelt one is asked back', async () => {
  await dropscope();
  const explained = await invoke<{ meaning: string; default: number }>('dropscope_explain_parameter', {
    name: 'weight_p',
  });
  assert.equal(explained.default, 0.2);
  assert.match(explained.meaning, /recurrent/);
  await assert.rejects(invoke('dropscope_explain_parameter', { name: 'weigth_p' }), /did you mean weight_p/);
});

hostTest('two configs are compared after drop_mult', async () => {
  await dropscope();
  const compared = await invoke<{
    differing: { key: string }[];
    effectiveDropout: { key: string; a: number; b: number }[];
  }>('dropscope_compare_configs', { a: { weight_p: 0.4, drop_mult: 0.5 } });
  assert.deepEqual(
    compared.differing.map(({ key }) => key),
    ['weight_p', 'drop_mult'],
  );
  assert.deepEqual(
    compared.effectiveDropout.filter(({ key }) => key === 'weight_p').map(({ a, b }) => [a, b]),
    [[0.2, 0.2]],
  );
});

hostTest('steps are trained, their masks counted, and the last step traced again', async () => {
  const api = await dropscope();
  await api.whenIdle();
  const corpus = sampleTexts(1).map(({ fsPath }) => path.relative(workspace().fsPath, fsPath));
  const trained = await invoke<Trained>('dropscope_train_steps', { corpus, config: tiny, steps: 3 });
  assert.deepEqual([trained.status, trained.step.value], ['done', 3]);
  assert.ok(trained.loss.value > 0);
  const { masks } = await invoke<{
    masks: {
      name: string;
      p: { value: number };
      kept: { value: number; expected: number; standardDeviation: number };
    }[];
  }>('dropscope_mask_stats', { run: trained.run });
  const weight = masks.find(({ name }) => name === '0.rnns.0.weight_hh_l0');
  assert.equal(weight?.p.value, 0.5);
  assert.ok(Math.abs(weight.kept.value - weight.kept.expected) < 5 * weight.kept.standardDeviation);
  const out = vscode.Uri.joinPath(workspace(), 'trace.safetensors');
  const trace = await vscode.commands.executeCommand<{ step: number; tensors: number }>('dropscope.exportTrace', {
    run: trained.run,
    out,
  });
  assert.equal(trace.step, 3);
  assert.ok((await stat(out.fsPath)).size > 1000);

  await assert.rejects(train({ corpus: sampleTexts(1), config: { weight_p: 2 } }), /weight_p/);
  const still = await vscode.commands.executeCommand<{ step: number }>('dropscope.exportTrace', {
    out: vscode.Uri.joinPath(workspace(), 'still.safetensors'),
  });
  assert.equal(still.step, 3, 'a run that was refused took the place of the one that is shown');
});

hostTest('every promise holds, for the tool and as a report in a document', async () => {
  const api = await dropscope();
  await api.whenIdle();
  const result = await invoke<{ holds: boolean; promises: { promise: string; holds: boolean }[] }>('dropscope_verify', {
    config: tiny,
    steps: 2,
  });
  // The share of time is no promise of a machine that does other things at the same time.
  const broken = result.promises.filter(({ promise, holds }) => !holds && promise !== 'honest-cost');
  assert.deepEqual(broken, []);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(workspace(), 'dropscope.json'));
  await vscode.commands.executeCommand('dropscope.verify');
  const report = await eventually('the report', () => {
    const text = vscode.window.activeTextEditor?.document.getText();
    return text?.startsWith('# ') ? text : undefined;
  });
  assert.match(report, /^# (All \d+ promises held|\d+ of \d+ promises are broken)/);
  assert.match(report, /dropscope\.json: 5 real training steps/);
});
