/** Two configs, and what differs between them after defaults and drop_mult. */
import { readFile } from 'node:fs/promises';
import { parse } from 'jsonc-parser';
import { pathIn } from '../../host/workspacePath.ts';
import { resolveConfig } from '../../shared/config.ts';
import { type Config, dropoutKeys, findHyperparameter, hyperparameterKeys } from '../../shared/hyperparameters.ts';

/** {a, b?}: files relative to the workspace, or objects; without b the defaults. */
export async function compareConfigs({ a, b }: Readonly<Record<string, unknown>>): Promise<unknown> {
  const [first, second] = [await readConfig('a', a), await readConfig('b', b ?? {})];
  const differing = hyperparameterKeys.filter((key) => JSON.stringify(first[key]) !== JSON.stringify(second[key]));
  return {
    differing: differing.map((key) => ({
      key,
      a: first[key],
      b: second[key],
      unit: findHyperparameter(key)?.unit ?? null,
    })),
    effectiveDropout: dropoutKeys.map((key) => ({
      key,
      a: rounded(first[key] * first.drop_mult),
      b: rounded(second[key] * second.drop_mult),
      unit: 'probability of dropping, after drop_mult',
    })),
  };
}

async function readConfig(which: string, given: unknown): Promise<Config> {
  const value: unknown = typeof given === 'string' ? parse(await readFile(pathIn(given), 'utf8')) : given;
  const { problems, config } = resolveConfig(value ?? null);
  if (config) return config;
  throw new Error(
    `config ${which}: ${problems.find(({ severity }) => severity === 'error')?.message ?? 'not a config'}`,
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
