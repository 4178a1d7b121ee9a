// Two runs laid side by side through the command, as a script or a task would, in the real editor.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { dropscope, runWhere, sampleTexts, train } from '../dropscopeApi.ts';
import { eventually } from '../eventually.ts';
import { hostTest } from '../hostTest.ts';

const config = { emb_sz: 8, n_hid: 6, n_layers: 2, bs: 4, bptt: 8, eval_every: 10 };

async function trained(change: object): Promise<string> {
  const id = await train({ corpus: sampleTexts(1), config: { ...config, ...change }, steps: 20 });
  await runWhere(id, ({ status }) => status === 'done');
  return id;
}

hostTest('two runs are laid side by side: the inspector opens on the first', async () => {
  const api = await dropscope();
  const a = await trained({ weight_p: 0.2 });
  const b = await trained({ weight_p: 0.5 });
  const compared = await vscode.commands.executeCommand('dropscope.compareRuns', a, b);
  assert.deepEqual(compared, { a, b });
  const name = api.runs().find(({ id }) => id === a)?.name ?? '';
  await eventually('the inspector of the first run', () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .find(({ input, label }) => input instanceof vscode.TabInputWebview && label === `Inspector: ${name}`),
  );
  await api.whenIdle();
});

hostTest('what is selected in the Runs view is compared; anything else is refused in words', async () => {
  const api = await dropscope();
  const [b = '', a = ''] = api.runs().map(({ id }) => id);
  const compare = async (...runs: unknown[]) => vscode.commands.executeCommand('dropscope.compareRuns', ...runs);
  assert.deepEqual(await compare(a, [a, b]), { a, b });
  await assert.rejects(compare(a, a), /cannot be compared with itself: choose two runs/);
  await assert.rejects(compare(a, 'nobody'), /there is no run "nobody"/);
  await assert.rejects(compare(a, [a, b, a]), /3 runs are selected: two can be compared/);
  await api.whenIdle();
});
