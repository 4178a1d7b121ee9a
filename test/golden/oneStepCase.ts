/** A case made by torch_reference.py: what it is given, and every tensor PyTorch has for it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors, type NamedTensor } from '../../src/engine/checkpoints/safetensors.ts';

/** Committed; the README beside them says how they are made. */
export const committedCases = path.join(import.meta.dirname, '../fixtures/cases');

export function caseFolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}

export function isTraining(folder: string): boolean {
  return (JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8')) as { train: boolean }).train;
}

/** The arguments of `dropscope trace` for a case. */
export function traceArguments(folder: string, backend: string, out: string): string[] {
  const file = (name: string) => path.join(folder, name);
  const given = ['config.json', 'weights.safetensors', 'tokens.json', 'masks.safetensors'].map(file);
  const named = ['config', 'weights', 'tokens', 'masks'].flatMap((flag, at) => [`--${flag}`, given[at]!]);
  return ['trace', ...named, '--backend', backend, '--out', out, ...(isTraining(folder) ? [] : ['--eval'])];
}

/** Asserts that `read` has every tensor of the case's trace, in norm within `bound` of PyTorch's; returns the worst. */
export async function requireAgreement(
  folder: string,
  read: (name: string) => Pick<NamedTensor, 'shape' | 'data'> | undefined,
  bound = 2e-5,
): Promise<{ readonly name: string; readonly error: number }> {
  let worst = { name: '', error: 0 };
  for (const { name, shape, data } of (await readSafetensors(path.join(folder, 'trace.safetensors'))).tensors) {
    const actual = read(name);
    assert.ok(actual, `${name} is missing`);
    assert.deepEqual(actual.shape, shape, name);
    const error = relativeError(actual.data, data);
    assert.ok(error <= bound, `${path.basename(folder)}: ${name} is off by ${error}`);
    if (error > worst.error) worst = { name, error };
  }
  return worst;
}

/** Norm of the difference over the norm of what is wanted; below 1e-8 that counts as 1e-8. NaN where a value is. */
export function relativeError(actual: Float32Array, wanted: Float32Array): number {
  let [difference, norm] = [0, 0];
  wanted.forEach((value, at) => {
    difference += (actual[at]! - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-8);
}
