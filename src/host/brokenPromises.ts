/** Which things of a model break a promise, and in which sentences: what the trees mark. Pure. */
import type { Verdict } from '../shared/stepContract.ts';

/** Sentences by the name of the parameter, mask or module that they are about. */
export type BrokenPromises = ReadonlyMap<string, readonly string[]>;

export const NONE_BROKEN: BrokenPromises = new Map();

export function brokenPromises(verdicts: readonly Verdict[]): BrokenPromises {
  const broken = new Map<string, string[]>();
  for (const { holds, name, sentence } of verdicts) {
    if (holds !== false || name === undefined) continue;
    broken.set(name, [...(broken.get(name) ?? []), sentence]);
  }
  return broken;
}

/** All sentences about any of these names. */
export function sentencesAbout(broken: BrokenPromises, names: readonly (string | undefined)[]): string[] {
  return names.flatMap((name) => (name === undefined ? [] : (broken.get(name) ?? [])));
}
