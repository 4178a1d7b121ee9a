/** Holds the tensors of a file against those that a config asks for: what is missing, what is left over, what has another shape. */
import type { CheckpointComparison } from '../../shared/checkpointContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import { didYouMean } from '../../shared/didYouMean.ts';
import { parameterShapes } from '../models/parameterShapes.ts';
import { readRunConfig } from '../session/runConfig.ts';
import { canonicalName } from './keyStyles.ts';
import { readTensorList } from './tensorFile.ts';

/**
 * A config without vocab_sz takes that of the file. Derived weights and ties are neither missing nor left over. Throws
 * {@link BadInput} for a config or a file that cannot be read.
 */
export async function compareWithConfig(file: string, configFile: string): Promise<CheckpointComparison> {
  const { config } = await readRunConfig({ configFile, overrides: {}, base: '' });
  const { tensors } = await readTensorList(file);
  const vocab_sz = config.vocab_sz ?? tensors.find(({ name }) => canonicalName(name) === EMBEDDING)?.shape[0];
  if (vocab_sz === undefined) {
    throw new BadInput(`${configFile}: neither it nor the file says vocab_sz; add the number of words (vocab_sz)`);
  }
  const wanted = parameterShapes({ ...config, vocab_sz });
  const found = new Map<string, readonly number[]>();
  const unexpected: { name: string; shape: readonly number[] }[] = [];
  for (const { name, shape } of tensors) {
    const own = placeOf(name, wanted);
    if (own === undefined) unexpected.push({ name, shape });
    else if (own !== null && !found.has(own)) found.set(own, shape);
  }
  const free = unexpected.map(({ name }) => name);
  return {
    config: configFile,
    missing: [...wanted]
      .filter(([name]) => !found.has(name))
      .map(([name, shape]) => ({ name, shape, meant: didYouMean(name, free) ?? '' })),
    unexpected,
    misshapen: [...found].flatMap(([name, shape]) => {
      const asked = wanted.get(name) ?? [];
      return asked.join() === shape.join() ? [] : [{ name, shape, wanted: asked }];
    }),
  };
}

const EMBEDDING = '0.encoder.weight';

/** The parameter that a key of the file is for; null for a repetition that needs no place, undefined without any. */
function placeOf(name: string, wanted: ReadonlyMap<string, readonly number[]>): string | null | undefined {
  const known = canonicalName(name);
  if (known === null) return undefined;
  if (wanted.has(known)) return known;
  if (known === '1.decoder.weight') return null;
  const raw = known.replace(/\.module\.(weight_hh_l0(?:_reverse)?)$/, '.$1_raw');
  if (raw !== known && wanted.has(raw)) return null;
  const plain = known.replace(/\.(weight_hh_l0(?:_reverse)?)_raw$/, '.module.$1');
  return wanted.has(plain) ? plain : undefined;
}
