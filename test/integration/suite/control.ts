// Pausing, stepping, resuming and stopping a run through its commands.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { readRun } from '../../../tools/runFolder.ts';
import { dropscope, runWhere, sampleTexts, train } from '../dropscopeApi.ts';
import { hostTest } from '../hostTest.ts';

const config = { emb_sz: 32, n_hid: 64, n_layers: 2, bs: 8, bptt: 35, min_freq: 2, epochs: 1000 };

hostTest('a run pauses, takes single steps, resumes, and keeps a checkpoint when stopped', async () => {
  const id = await train({ corpus: sampleTexts(2), config, steps: 100_000 });
  await runWhere(id, ({ status, last }) => status === 'running' && (last?.step ?? 0) >= 3);
  await vscode.commands.executeCommand('dropscope.pause', id);
  const { folder, last } = await runWhere(id, ({ status }) => status === 'paused');
  const paused = last?.step ?? NaN;
  await delay(500);
  await vscode.commands.executeCommand('dropscope.step', id);
  const stepped = await runWhere(id, (run) => run.status === 'paused' && (run.last?.step ?? 0) > paused);
  await vscode.commands.executeCommand('dropscope.resume', id);
  await runWhere(id, (run) => run.status === 'running' && (run.last?.step ?? 0) > (stepped.last?.step ?? NaN) + 2);
  await vscode.commands.executeCommand('dropscope.stop', id);
  await runWhere(id, ({ status }) => status === 'stopped');
  await (await dropscope()).whenIdle();
  const stopped = await runWhere(id, () => true);
  assert.equal((await readRun(folder)).status, 'stopped');
  const name = `step-${String(stopped.last?.step ?? 0).padStart(6, '0')}`;
  assert.ok(existsSync(path.join(folder, `checkpoints/${name}.safetensors`)), `no checkpoint ${name}`);
});
