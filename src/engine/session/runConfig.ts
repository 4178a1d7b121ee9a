/**
 * From a start request to the config it means: a file, an object or the preset, with flags laid over. Whatever is
 * wrong with it becomes one sentence that says where.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import { resolveConfig, type ValidatedConfig } from '../../shared/config.ts';
import type { StartRequest } from '../../shared/engineContract.ts';
import { hyperparameterKeys, type Config } from '../../shared/hyperparameters.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import { readConfigText } from '../../lint/configFile.ts';

export interface RunConfig {
  readonly config: Config;
  /** Where relative names of `config.corpus` start from. */
  readonly base: string;
  /** What is odd but allowed, for the log. */
  readonly warnings: readonly string[];
}

/** Throws {@link BadInput}. */
export async function readRunConfig(
  request: Pick<StartRequest, 'configFile' | 'config' | 'overrides' | 'base'>,
): Promise<RunConfig> {
  const { configFile, config, overrides, base } = request;
  if (configFile === undefined) return checked('config', resolveConfig(config, overrides), base);
  const file = readConfigText(await readText(configFile));
  const [worst] = file.problems.filter(({ severity }) => severity === 'error');
  if (worst) throw new BadInput(`config ${configFile}, line ${worst.line}: ${worst.message}`);
  return checked(`config ${configFile}`, resolveConfig(file.given, overrides), path.dirname(configFile));
}

function checked(what: string, { problems, config }: ValidatedConfig, base: string): RunConfig {
  const [worst] = problems.filter(({ severity }) => severity === 'error');
  if (worst || !config) throw new BadInput(`${what}: ${worst?.message ?? 'it is not usable'}`);
  return { config, base, warnings: problems.map(({ message }) => `${what}: ${message}`) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = missing ? 'there is no such file (check the path)' : `it cannot be read (${sentenceOf(error)})`;
    throw new BadInput(`config ${file}: ${why}`, { cause: error });
  }
}

/** Keys that say how long and from where, not what is trained: they may differ when a run is resumed. */
const mayDiffer = new Set<keyof Config>(['epochs', 'steps', 'corpus', 'checkpoint_every', 'keep_checkpoints']);

/** The first key in which a config given with --resume differs from the run's own, or undefined. */
export function firstDifference(given: Config, own: Config): keyof Config | undefined {
  return hyperparameterKeys.find(
    (key) => !mayDiffer.has(key) && JSON.stringify(given[key]) !== JSON.stringify(own[key]),
  );
}
