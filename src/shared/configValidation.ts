/**
 * Checks a whole config: every key it has, then what several keys say together (sizes with bidir, dropouts times
 * drop_mult, lists that belong together), then what this version cannot do yet.
 */
import { notAvailableYet } from './configAvailability.ts';
import { type ConfigProblem, type ConfigRule, shown } from './configProblem.ts';
import { checkValue, isObject } from './configValue.ts';
import { didYouMean } from './didYouMean.ts';
import type { Hyperparameter } from './hyperparameter.ts';
import {
  dropoutKeys,
  findHyperparameter,
  hyperparameterKeys,
  hyperparameters,
  weightDropHyperparameters,
  weightDropKeys,
} from './hyperparameters.ts';

type Values = Readonly<Record<string, unknown>>;

/** An editor's reference to the schema; it says nothing about training. */
const ignoredKeys = new Set(['$schema']);

/** The problems of `given`; `filled` is the same config with defaults in the places of absent keys. */
export function checkConfig(given: Values, filled: Values): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || ignoredKeys.has(key)) continue;
    const row = findHyperparameter(key);
    if (row === undefined) {
      problems.push(unknownKey([key], hyperparameterKeys));
      continue;
    }
    // One file may be named without a list around it.
    const found = checkValue(row, [key], key === 'corpus' && typeof value === 'string' ? [value] : value);
    problems.push(...found);
    if (key === 'weight_drop' && isObject(value)) problems.push(...checkWeightDrop(value));
    const unavailable = found.length === 0 ? notAvailableYet(key, value) : undefined;
    if (unavailable !== undefined) problems.push(error('not-available-yet', [key], unavailable));
  }
  const broken = new Set(problems.map(({ path }) => path[0]));
  const whole = (...keys: string[]) => keys.every((key) => !broken.has(key));
  if (whole('bidir', 'n_hid', 'emb_sz')) problems.push(...checkDirections(filled));
  if (whole('bidir', 'weight_drop')) problems.push(...checkWeightNames(filled));
  if (whole('drop_mult'))
    problems.push(
      ...checkDropMult(
        filled,
        dropoutKeys.filter((key) => whole(key)),
      ),
    );
  if (whole('lin_ftrs', 'ps')) problems.push(...checkHead(filled));
  if (whole('task', 'n_layers', 'freeze_to')) problems.push(...checkFrozen(filled));
  if (whole('pad_token', 'vocab_sz')) problems.push(...checkPadToken(filled));
  return problems;
}

const error = (rule: ConfigRule, path: (string | number)[], message: string): ConfigProblem => ({
  rule,
  path,
  severity: 'error',
  message,
});

function checkWeightDrop(value: Values): ConfigProblem[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const path = ['weight_drop', key];
    if (!Object.hasOwn(weightDropHyperparameters, key)) return [unknownKey(path, weightDropKeys)];
    return checkValue(weightDropHyperparameters[key as keyof typeof weightDropHyperparameters], path, item);
  });
}

/** "unknown key": with the name it is known by here, or the closest one. */
function unknownKey(path: string[], known: readonly string[]): ConfigProblem {
  const key = path.at(-1)!;
  const guess = nameElsewhere(key) ?? didYouMean(key, known);
  const hint = guess === undefined ? `the keys are ${known.join(', ')}` : `did you mean ${guess}?`;
  const problem = error('unknown-key', path, `unknown key ${shown(path.join('.'))}; ${hint}`);
  return guess === undefined ? problem : { ...problem, meant: guess };
}

/** The key that another program calls `name`: dropouti is input_p. */
function nameElsewhere(name: string): string | undefined {
  return hyperparameterKeys.find((key) => {
    const row: Hyperparameter = hyperparameters[key];
    const { salesforce, fastai1, fastai2 } = row.aliases ?? {};
    return [salesforce, fastai1, fastai2].includes(name);
  });
}

function checkDirections({ bidir, n_hid, emb_sz }: Values): ConfigProblem[] {
  if (bidir !== true) return [];
  return Object.entries({ n_hid, emb_sz })
    .filter(([, size]) => Number(size) % 2 === 1)
    .map(([key, size]) => {
      const even = `an even number, like ${Number(size) + 1}: each direction has half of it`;
      return error('odd-size-with-bidir', [key], `${key} is ${shown(size)}; with bidir it must be ${even}`);
    });
}

function checkWeightNames({ bidir, weight_drop }: Values): ConfigProblem[] {
  const { names } = weight_drop as { names: string[] };
  const repeated = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (repeated >= 0) {
    const message = `weight_drop.names holds ${shown(names[repeated])} twice; each weight is dropped once`;
    return [error('inconsistent', ['weight_drop', 'names', repeated], message)];
  }
  const reverse = names.indexOf('weight_hh_l0_reverse');
  if (bidir === true || reverse < 0) return [];
  const message = 'weight_drop.names holds "weight_hh_l0_reverse", which exists only with bidir true';
  return [error('unknown-weight-name', ['weight_drop', 'names', reverse], message)];
}

/** No p may pass 1 after drop_mult; exactly 1 is allowed and worth a warning. */
function checkDropMult(filled: Values, keys: readonly string[]): ConfigProblem[] {
  const factor = Number(filled['drop_mult']);
  const products = keys.map((key) => ({ key, p: Number(filled[key]), product: Number(filled[key]) * factor }));
  const largest = products.reduce((a, b) => (b.product > a.product ? b : a), { key: '', p: 0, product: 0 });
  if (largest.product > 1) {
    const most = Math.floor((1 / largest.p) * 1000) / 1000;
    const sum = `${largest.key} ${largest.p} x ${factor} = ${Number(largest.product.toPrecision(4))}`;
    const message = `drop_mult is ${factor}, which makes ${sum}; no dropout may pass 1, so drop_mult must be at most ${most}`;
    return [error('drop-mult-too-large', ['drop_mult'], message)];
  }
  return products
    .filter(({ product }) => product === 1)
    .map(({ key, p }) => ({
      rule: 'p-is-one',
      path: [key],
      severity: 'warning',
      message: `${key} is ${p === 1 ? '1' : `${p} x drop_mult ${factor} = 1`}; everything there is dropped and the output is all zeros`,
    }));
}

function checkHead({ lin_ftrs, ps }: Values): ConfigProblem[] {
  const [layers, rates] = [(lin_ftrs as number[]).length, (ps as number[]).length];
  if (layers === rates) return [];
  return [error('inconsistent', ['ps'], `ps has ${rates} values for ${layers} layers of lin_ftrs; give one for each`)];
}

/** Layer groups: each LSTM, and embedding with decoder; a classifier has its embedding and its head apart. */
function checkFrozen({ task, n_layers, freeze_to }: Values): ConfigProblem[] {
  const groups = Number(n_layers) + (task === 'classifier' ? 2 : 1);
  const first = Number(freeze_to);
  if (first < groups && first >= -groups) return [];
  const message = `freeze_to is ${first}, and this model has ${groups} layer groups; give ${-groups} to ${groups - 1}`;
  return [error('inconsistent', ['freeze_to'], message)];
}

function checkPadToken({ pad_token, vocab_sz }: Values): ConfigProblem[] {
  if (vocab_sz === null || Number(pad_token) < Number(vocab_sz)) return [];
  const message = `pad_token is ${shown(pad_token)}; it must be below vocab_sz, ${shown(vocab_sz)}`;
  return [error('inconsistent', ['pad_token'], message)];
}
