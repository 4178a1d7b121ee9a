/** swapped-values: two values of a published config, each in the other's place, as fastai 1.0.43 shipped them. */
import { constructor, classifier, languageModel, type Reference, salesforceMain } from '../knowledge/references.ts';
import type { LintFile } from '../python/lintFile.ts';
import type { Settings } from '../python/settings.ts';
import { numberOf } from '../python/value.ts';
import { problemAt, type Rule } from './rule.ts';

export const swappedValues: Rule = {
  code: 'swapped-values',
  severity: 'info',
  summary: "a reference config's values in each other's place",
  *check(file) {
    for (const settings of file.settings) {
      for (const reference of referencesFor(settings)) {
        const wrong = permuted(valuesOf(file, settings), reference.values);
        const entries = wrong.flatMap((key) => settings.entries.get(key) ?? []);
        const [first] = entries.sort((a, b) => a.value.from - b.value.from);
        if (!first) continue;
        const right = wrong.map((key) => `${key} ${reference.values[key]}`).join(', ');
        yield problemAt(first.value, `${wrong.join(' and ')} look swapped: ${reference.title} has ${right}`);
        break;
      }
    }
  },
};

function referencesFor(settings: Settings): readonly Reference[] {
  if (settings.task) return [settings.task === 'lm' ? languageModel : classifier];
  if (settings.call?.callable.name === 'AWD_LSTM') return [languageModel, constructor];
  return settings.call?.callable.name === 'RNNModel' ? [salesforceMain] : [];
}

function valuesOf(file: LintFile, settings: Settings): Map<string, number> {
  const values = new Map<string, number>();
  for (const key of Object.keys(settings.probabilities)) {
    const number = numberOf(file, settings.entries.get(key)?.value);
    if (number !== null) values.set(key, number);
  }
  return values;
}

/**
 * The keys whose values are the reference's in another order: a swapped pair, or all that differ. Values that fit the
 * reference elsewhere are no evidence, and neither is a config that gives fewer than two of them.
 */
export function permuted(values: ReadonlyMap<string, number>, reference: Readonly<Record<string, number>>): string[] {
  const differing = [...values.keys()].filter(
    (key) => reference[key] !== undefined && reference[key] !== values.get(key),
  );
  for (const a of differing) {
    for (const b of differing) {
      if (a < b && values.get(a) === reference[b] && values.get(b) === reference[a]) {
        return differing.filter((key) => key === a || key === b);
      }
    }
  }
  if (differing.length < 3) return [];
  const sorted = (numbers: readonly (number | undefined)[]) => JSON.stringify([...numbers].sort());
  const same = sorted(differing.map((key) => values.get(key))) === sorted(differing.map((key) => reference[key]));
  return same ? differing : [];
}
