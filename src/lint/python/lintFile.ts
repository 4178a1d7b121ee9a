/** A Python file as the rules see it: indexed, with its known calls and settings read once. */
import { type DropoutCall, dropoutCallOf } from './dropoutCalls.ts';
import { type KnownCall, readKnownCalls } from './knownCalls.ts';
import type { ParsedPython } from './parsePython.ts';
import { probabilitiesOf, type Probability } from './probabilities.ts';
import { indexPython, type PythonFile } from './pythonFile.ts';
import { readSettings, type Settings } from './settings.ts';

export interface LintFile extends PythonFile {
  readonly knownCalls: readonly KnownCall[];
  readonly dropoutCalls: readonly DropoutCall[];
  readonly settings: readonly Settings[];
  readonly probabilities: readonly Probability[];
}

export function readLintFile({ text, tree }: ParsedPython): LintFile {
  const file = indexPython(text, tree);
  const knownCalls = readKnownCalls(file);
  const dropoutCalls = knownCalls.flatMap((call) => dropoutCallOf(file, call) ?? []);
  const settings = readSettings(file, knownCalls);
  return { ...file, knownCalls, dropoutCalls, settings, probabilities: [...probabilitiesOf(file, settings)] };
}
