/** What a hyper-parameter means, from the one table. Pure. */
import { didYouMean } from '../../shared/didYouMean.ts';
import type { Hyperparameter } from '../../shared/hyperparameter.ts';
import { findHyperparameter, hyperparameterKeys, weightDropHyperparameters } from '../../shared/hyperparameters.ts';

const PARTS: Readonly<Record<string, Hyperparameter>> = weightDropHyperparameters;

/** {name}: a key of dropscope.json, "weight_drop.names" among them. Throws a sentence with the nearest name. */
export function explainParameter({ name }: Readonly<Record<string, unknown>>): unknown {
  const key = String(name);
  const part = key.startsWith('weight_drop.') ? key.slice('weight_drop.'.length) : '';
  const row = findHyperparameter(key) ?? (Object.hasOwn(PARTS, part) ? PARTS[part] : undefined);
  if (!row) {
    const known = [...hyperparameterKeys, ...Object.keys(PARTS).map((inner) => `weight_drop.${inner}`)];
    const meant = didYouMean(key, known);
    throw new Error(
      `${key} is no hyper-parameter; ${meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`}`,
    );
  }
  const { group, meaning, unit = null, kind, aliases = {} } = row;
  const bounds = 'min' in row ? { min: row.min, max: row.max } : kind === 'probability' ? { min: 0, max: 1 } : null;
  return { name: key, group, kind, meaning, unit, default: row.default, bounds, elsewhere: aliases };
}
