/**
 * A Python with torch and numpy, for the tests that hold our numbers against PyTorch afresh: DROPSCOPE_PYTHON, else
 * python3 where it has both. Looked for once.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

type Found = { readonly python: string; readonly missing: false } | { readonly python: null; readonly missing: string };

let found: Found | null = null;

/** `missing` is false, or the reason to skip a test. */
export function torchPython(): Found {
  found ??= look();
  return found;
}

function look(): Found {
  const named = process.env['DROPSCOPE_PYTHON'];
  const python = named === undefined || named === '' ? 'python3' : named;
  const { status, error } = spawnSync(python, ['-c', 'import torch, numpy'], { stdio: 'ignore', timeout: 120_000 });
  if (status === 0) return { python, missing: false };
  const why = error ? 'is not there' : 'has no torch and numpy';
  return { python: null, missing: `${python} ${why} (set DROPSCOPE_PYTHON to one that has them)` };
}

/** Runs a script of test/golden to its end; its stdout. Throws with its stderr. */
export function runPython(script: string, args: readonly string[]): string {
  const { python } = torchPython();
  const file = path.join(import.meta.dirname, '../golden', script);
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', [file, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ${args[0] ?? ''}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
