/**
 * Checks one value against its row of the hyper-parameter table. Each kind of row has one check; what concerns several
 * keys at once is in configValidation.ts.
 */
import { type ConfigProblem, type ConfigRule, kindOf, shown } from './configProblem.ts';
import { didYouMean } from './didYouMean.ts';
import type { Bounds, Hyperparameter } from './hyperparameter.ts';

type Path = readonly (string | number)[];

const problem = (rule: ConfigRule, path: Path, message: string): ConfigProblem => ({
  rule,
  path,
  severity: 'error',
  message,
});

/** The problems of `value` standing at `path`, whose row is `row`. Objects (weight_drop) are the caller's. */
export function checkValue(row: Hyperparameter, path: Path, value: unknown): ConfigProblem[] {
  const key = path.join('.');
  const wrong = (right: string) => [problem('wrong-type', path, `${key} is ${shown(value)}; it must be ${right}`)];
  if (value === null && 'nullable' in row) return [];
  switch (row.kind) {
    case 'number':
      if (value === null && row.default === null) return [];
      return checkNumber(row, path, value);
    case 'probability':
      return checkProbability(path, value);
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('true or false');
    case 'choice':
      return checkChoice(row.choices, path, value);
    case 'numbers':
      if (!Array.isArray(value)) return wrong(`a list of numbers, like ${JSON.stringify(row.default)}`);
      if (row.length !== undefined && value.length !== row.length) return wrong(`a list of ${row.length} numbers`);
      return value.flatMap((item, i) => checkNumber(row, [...path, i], item));
    case 'strings':
      return checkStrings(row, path, value);
    case 'rate':
      return checkRate(row, path, value);
    case 'labels':
      return isLabels(value) ? [] : wrong('"folders" or {"csv": file, "text": column, "label": column}');
    case 'weight-drop':
      return isObject(value) ? [] : wrong('an object like {"names": ["weight_hh_l0"], "granularity": "element"}');
  }
}

function checkNumber(row: Bounds, path: Path, value: unknown): ConfigProblem[] {
  const key = path.join('.');
  const right = `it must be ${range(row)}`;
  if (typeof value !== 'number') return [problem('wrong-type', path, `${key} is ${shown(value)}; ${right}`)];
  const whole = row.integer !== true || Number.isInteger(value);
  // Written so that NaN fails it too.
  const inside = value >= row.min && value <= row.max && !(row.exclusive === true && value === row.min);
  return whole && inside ? [] : [problem('out-of-range', path, `${key} is ${shown(value)}; ${right}`)];
}

function range({ integer, exclusive, min, max }: Bounds): string {
  const number = integer === true ? 'a whole number' : 'a number';
  return exclusive === true ? `${number} above ${min} and at most ${max}` : `${number} between ${min} and ${max}`;
}

function checkProbability(path: Path, value: unknown): ConfigProblem[] {
  const key = path.join('.');
  if (Array.isArray(value)) {
    const example = typeof value[0] === 'number' ? `, like ${shown(value[0])}` : '';
    return [problem('p-is-a-list', path, `${key} is a list, ${shown(value)}; it must be one number${example}`)];
  }
  if (typeof value !== 'number') {
    return [problem('wrong-type', path, `${key} is ${shown(value)}; it must be a number between 0 and 1`)];
  }
  if (value >= 0 && value <= 1) return [];
  return [problem('p-out-of-range', path, `${key} is ${shown(value)}; a dropout probability must be between 0 and 1`)];
}

function checkChoice(choices: readonly string[], path: Path, value: unknown): ConfigProblem[] {
  if (typeof value === 'string' && choices.includes(value)) return [];
  const guess = typeof value === 'string' ? didYouMean(value, choices) : undefined;
  const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
  const right = choices.map((choice) => JSON.stringify(choice)).join(', ');
  return [problem('wrong-choice', path, `${path.join('.')} is ${shown(value)}; it must be one of ${right}${hint}`)];
}

function checkStrings(row: Hyperparameter & { kind: 'strings' }, path: Path, value: unknown): ConfigProblem[] {
  const key = path.join('.');
  const right = `it must be a list of texts${row.allowed ? `, like ${JSON.stringify(row.default)}` : ''}`;
  if (!Array.isArray(value)) return [problem('wrong-type', path, `${key} is ${shown(value)}; ${right}`)];
  return value.flatMap((item: unknown, i) => {
    if (typeof item !== 'string' || item.trim() === '') {
      return [problem('wrong-type', [...path, i], `${key} holds ${shown(item)}; ${right}`)];
    }
    if (row.allowed === undefined || row.allowed.includes(item)) return [];
    const guess = didYouMean(item, row.allowed);
    const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
    const names = row.allowed.map((name) => `"${name}"`).join(' and ');
    const message = `${key} holds ${shown(item)}; the weights that can be dropped are ${names}${hint}`;
    return [problem('unknown-weight-name', [...path, i], message)];
  });
}

function checkRate(row: Bounds, path: Path, value: unknown): ConfigProblem[] {
  if (!Array.isArray(value)) return checkNumber(row, path, value);
  const found = value.flatMap((item, i) => checkNumber(row, [...path, i], item));
  if (found.length > 0) return found;
  const [low, high] = value as number[];
  if (value.length === 2 && low! <= high!) return [];
  const message = `${path.join('.')} is ${shown(value)}; a list must be [low, high] with low at most high`;
  return [problem('wrong-type', path, message)];
}

function isLabels(value: unknown): boolean {
  if (value === 'folders') return true;
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 3 && ['csv', 'text', 'label'].every((key) => typeof value[key] === 'string');
}

/** A plain JSON object: not null, not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The sentence for something that should have been a config object and is not. */
export function notAnObject(value: unknown): ConfigProblem {
  return problem('not-a-config', [], `the config is ${kindOf(value)}; it must be a JSON object like {"emb_sz": 64}`);
}
