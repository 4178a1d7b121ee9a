/** What an editor shows beside the findings: descriptions for hovers, inlay hints, and configs a run can start with. */
import { dropoutKeys, findHyperparameter, hyperparameterKeys } from '../shared/hyperparameters.ts';
import type { Description, Hint, Lens } from '../shared/lintContract.ts';
import type { ReadDocument } from './analyse.ts';
import { constructor } from './knowledge/references.ts';
import { siteWords } from './knowledge/sites.ts';
import type { Argument } from './python/arguments.ts';
import type { LintFile } from './python/lintFile.ts';
import type { Settings } from './python/settings.ts';
import { evaluate } from './python/value.ts';
import { effective } from './rules/effective.ts';

/** Every dropout setting that the document gives, once each, the one with the most known first. */
export function descriptionsOf({ file }: ReadDocument): Description[] {
  const found = new Map<number, Description>();
  for (const settings of file.settings) {
    for (const [key, site] of Object.entries(settings.probabilities)) {
      const entry = settings.entries.get(key);
      if (!entry) continue;
      const from = Math.min(entry.keyNode.from, entry.value.from);
      const value = effective(file, settings, key);
      const known = evaluate(file, entry.value);
      const { title, tensor, mask, constantAlong, picture } = siteWords[site];
      const description: Description = {
        ...{ from, to: entry.value.to, key, title, tensor, mask, constantAlong, picture },
        configured: known.kind === 'number' ? known.number : null,
        factor: settings.dropMult?.number ?? null,
        p: value?.p ?? null,
      };
      if ((found.get(from)?.p ?? null) === null) found.set(from, description);
    }
  }
  return [...found.values()];
}

/** Effective p where drop_mult changes it, and the names of positional arguments of the known constructors. */
export function hintsOf(read: ReadDocument): Hint[] {
  const values = descriptionsOf(read).flatMap(({ to, configured, p }): Hint[] =>
    p === null || p === configured ? [] : [{ at: to, label: ` = ${p} after drop_mult`, kind: 'value' }],
  );
  const names = read.file.knownCalls
    .filter(({ callable, bound }) => callable.library !== 'torch' && bound.size > 1)
    .flatMap(({ bound }) => [...bound].flatMap((argument) => nameHint(argument)));
  return [...values, ...names].sort((a, b) => a.at - b.at);
}

function nameHint([name, { keyword, value }]: readonly [string, Argument]): Hint[] {
  return keyword === null ? [{ at: value.from, label: `${name}=`, kind: 'parameter' }] : [];
}

/** Settings of a language model, with every value known: what "Train with this config" starts from. */
export function lensesOf({ file }: ReadDocument): Lens[] {
  return file.settings.flatMap((settings) => {
    const config = trainable(file, settings);
    return config ? [{ at: settings.node.from, config }] : [];
  });
}

function trainable(file: LintFile, settings: Settings): Lens['config'] | null {
  const isModel = settings.task === 'lm' && settings.call !== null && settings.dropMult !== null;
  if (!isModel && settings.call?.callable.name !== 'AWD_LSTM') return null;
  const config: Record<string, number | boolean> = {};
  for (const key of dropoutKeys) {
    const value = (settings.defaults ?? constructor).values[key];
    if (value !== undefined) config[key] = value;
  }
  for (const [key, { value: node }] of settings.entries) {
    if (key === 'vocab_sz' || !hyperparameterKeys.some((known) => known === key)) continue;
    const value = evaluate(file, node);
    if (value.kind === 'number') config[key] = value.number;
    else if (value.kind === 'boolean') config[key] = value.boolean;
    else return null;
    if (findHyperparameter(key)?.kind === 'probability' && value.kind !== 'number') return null;
  }
  const factor = settings.dropMult?.number ?? 1;
  return factor === 1 ? config : { ...config, drop_mult: factor };
}
