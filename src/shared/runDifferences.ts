/**
 * In what two runs differ by their configs: every key whose value is another one, dropouts as what they come to after
 * drop_mult. And what makes two runs repeats of each other: everything but the seed.
 */
import { configHash } from './configHash.ts';
import type { HyperparameterGroup } from './hyperparameter.ts';
import { dropoutKeys, hyperparameterKeys, hyperparameters, type HyperparameterKey } from './hyperparameters.ts';

/** A config as resolved; of a past run as its run.json has it, so nothing is known about its values. */
export type AnyConfig = Readonly<Record<string, unknown>>;

export interface Difference {
  /** A key of docs/contracts.md section 1, or "weight_drop.granularity" and the like. */
  readonly key: string;
  readonly group: HyperparameterGroup;
  /** Values in words, "not set" for null. A dropout is given as "0.1 (0.2 × 0.5)" where drop_mult is not 1. */
  readonly a: string;
  readonly b: string;
}

/** Keys that change neither what is learned nor its numbers. */
const WITHOUT_EFFECT: readonly string[] = ['seed', 'backend', 'checkpoint_every', 'keep_checkpoints'];

/** Equal for runs that differ in nothing but their seed, as far as their configs tell. */
export function recipeOf(config: AnyConfig): string {
  return configHash(Object.fromEntries(Object.entries(config).filter(([key]) => !WITHOUT_EFFECT.includes(key))));
}

/** What differs, in the order of the table of hyper-parameters. A key that only one of the two has is left out. */
export function configDifferences(a: AnyConfig, b: AnyConfig): Difference[] {
  return hyperparameterKeys.flatMap((key) => {
    if (!(key in a) || !(key in b)) return [];
    if (key === 'weight_drop') return weightDropDifferences(a[key], b[key]);
    const { group } = hyperparameters[key];
    if (!isDropout(key)) return difference(key, group, a[key], b[key], inWords);
    return difference(key, group, dropout(a, key), dropout(b, key), dropoutInWords);
  });
}

function weightDropDifferences(a: unknown, b: unknown): Difference[] {
  const [one, other] = [asRecord(a), asRecord(b)];
  return Object.keys(one).flatMap((key) => {
    return difference(`weight_drop.${key}`, 'dropout', one[key], other[key], inWords);
  });
}

/** Values that words alone would make equal are written as JSON. */
function difference<T>(
  key: string,
  group: HyperparameterGroup,
  a: T,
  b: T,
  words: (value: T) => string,
): readonly Difference[] {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  if (one === other) return [];
  const told = [words(a), words(b)] as const;
  const [left, right] = told[0] === told[1] ? [one, other] : told;
  return [{ key, group, a: left, b: right }];
}

function isDropout(key: HyperparameterKey): boolean {
  return (dropoutKeys as readonly string[]).includes(key);
}

/** As configured, and drop_mult. */
type Dropout = readonly [number, number];

function dropout(config: AnyConfig, key: HyperparameterKey): Dropout {
  return [Number(config[key]), Number(config['drop_mult'] ?? 1)];
}

function dropoutInWords([configured, factor]: Dropout): string {
  return factor === 1 ? short(configured) : `${short(configured * factor)} (${short(configured)} × ${short(factor)})`;
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return 'not set';
  if (typeof value === 'number') return short(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join(', ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : JSON.stringify(value);
}

function asRecord(value: unknown): AnyConfig {
  return typeof value === 'object' && value !== null ? (value as AnyConfig) : {};
}

/** Without the digits that a product of decimals adds. */
function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
