// Breakpoints through their commands, as a script or a task would, in the real editor.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readRun } from '../../../tools/runFolder.ts';
import { dropscope, runWhere, sampleTexts, train } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

const config = { emb_sz: 8, n_hid: 6, n_layers: 2, bs: 4, bptt: 8, eval_every: 100_000, epochs: 1000 };

const command = (name: string, ...args: unknown[]) => vscode.commands.executeCommand(`dropscope.${name}`, ...args);

hostTest('a run pauses at the step that was asked for, shows that step, and goes on', async () => {
  const step = await command('addBreakpoint', { when: 'step == 25' });
  const off = await command('addBreakpoint', { when: 'step == 5', enabled: false });
  const id = await train({ corpus: sampleTexts(1), config, steps: 100_000 });
  const { last, folder } = await runWhere(id, ({ status }) => status === 'paused');
  assert.equal(last?.step, 25);
  const api = await dropscope();
  await api.whenIdle();
  assert.equal((await readRun(folder)).status, 'paused');
  assert.deepEqual((await api.readTensor(id, 'loss')).shape, []);

  await command('removeBreakpoint', step);
  await command('removeBreakpoint', off);
  await command('resume', id);
  await runWhere(id, (run) => run.status === 'running' && (run.last?.step ?? 0) > 60);
  // What is added while a run trains takes hold at once.
  const positive = await command('addBreakpoint', { when: 'loss > 0' });
  const again = await runWhere(id, ({ status }) => status === 'paused');
  assert.ok((again.last?.step ?? 0) > 60);
  await command('removeBreakpoint', positive);
  await command('stop', id);
  await runWhere(id, ({ status }) => status === 'stopped');
});

hostTest('what is no condition, or no breakpoint, is refused in a sentence', async () => {
  await assert.rejects(
    async () => command('addBreakpoint', { when: 'los > 3' }),
    /at character 1 .* \(did you mean loss\?\)/,
  );
  assert.equal(
    await command('addBreakpoint', { when: 'non_finite > 0' }),
    'not-finite',
    'the same condition is there once',
  );
  await assert.rejects(async () => command('addBreakpoint', 3), /expected \{when, enabled, fromHit\}, found 3/);
  await assert.rejects(async () => command('removeBreakpoint', 'nobody'), /there is no breakpoint "nobody"/);
});
