/**
 * From what a person wrote to a config that can be trained with: overrides laid over it, the rest filled with the
 * table's defaults, everything checked. Every caller (engine, command line, editor) goes through here.
 */
import { isObject, notAnObject } from './configValue.ts';
import { defaultPreset, presets } from './configPresets.ts';
import type { ConfigProblem } from './configProblem.ts';
import { checkConfig } from './configValidation.ts';
import {
  type Config,
  dropoutKeys,
  hyperparameterKeys,
  hyperparameters,
  weightDropHyperparameters,
  weightDropKeys,
} from './hyperparameters.ts';

export interface ValidatedConfig {
  /** In the order of the keys in the config; warnings among them. */
  readonly problems: readonly ConfigProblem[];
  /** The resolved config; absent when a problem is an error. */
  readonly config?: Config;
}

/**
 * Checks a config and fills in its defaults. `value` is what JSON gave: anything at all. A config that was resolved
 * before passes and stays as it is.
 */
export function validateConfig(value: unknown): ValidatedConfig {
  if (!isObject(value)) return { problems: [notAnObject(value)] };
  const filled = withDefaults(value);
  const problems = checkConfig(value, filled);
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  return { problems, config: filled as unknown as Config };
}

/**
 * The config to train with: `given` (without one the preset "small"), with `overrides` (flags, command arguments)
 * winning key by key, inside weight_drop too.
 */
export function resolveConfig(given: unknown, overrides: Readonly<Record<string, unknown>> = {}): ValidatedConfig {
  const base: unknown = given === undefined ? presets[defaultPreset].config : given;
  if (!isObject(base)) return { problems: [notAnObject(base)] };
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const old = merged[key];
    if (value !== undefined) merged[key] = isObject(old) && isObject(value) ? { ...old, ...value } : value;
  }
  return validateConfig(merged);
}

/** A whole config made of defaults alone. */
export function defaultConfig(): Config {
  return withDefaults({}) as unknown as Config;
}

/** The config of a preset, with every default filled in. */
export function presetConfig(name: keyof typeof presets): Config {
  return withDefaults(presets[name].config) as unknown as Config;
}

/** Defaults that depend on another key: dropouts on the task, min_freq on the tokenizer, epochs on steps. */
function withDefaults(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const key of hyperparameterKeys) filled[key] = hyperparameters[key].default;
  if (given['task'] === 'classifier') {
    for (const key of dropoutKeys) filled[key] = hyperparameters[key].classifierDefault;
  }
  if (given['tokenizer'] === 'char') filled['min_freq'] = hyperparameters.min_freq.characterDefault;
  if (typeof given['steps'] === 'number') filled['epochs'] = null;
  for (const key of hyperparameterKeys) if (given[key] !== undefined) filled[key] = given[key];
  if (typeof filled['corpus'] === 'string') filled['corpus'] = [filled['corpus']];
  if (filled['epochs'] === null && filled['steps'] === null) filled['epochs'] = hyperparameters.epochs.default;
  filled['weight_drop'] = withWeightDropDefaults(given['weight_drop']);
  return filled;
}

function withWeightDropDefaults(given: unknown): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const key of weightDropKeys) {
    const own = isObject(given) ? given[key] : undefined;
    filled[key] = own === undefined ? weightDropHyperparameters[key].default : own;
  }
  return filled;
}
