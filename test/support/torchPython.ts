/** A Python with torch and numpy, for the tests that hold our numbers against PyTorch afresh. Looked for once. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { askPython, type Answer } from '../../tools/python.ts';

let found: Answer<{ readonly python: string }> | null = null;

/** `missing` is false, or the reason to skip a test. */
export function torchPython(): Answer<{ readonly python: string }> {
  return (found ??= askPython('import torch, numpy', 'torch and numpy'));
}

/** Runs a script of test/golden to its end; its stdout. Throws with its stderr. */
export function runPython(script: string, args: readonly string[]): string {
  const answer = torchPython();
  if (answer.missing !== false) throw new Error(answer.missing);
  const file = path.join(import.meta.dirname, '../golden', script);
  const { status, stdout, stderr } = spawnSync(answer.python, [file, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ${args[0] ?? ''}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
