/** What can be said of a whole file of weights: its model, its ties, what is stored twice, and what looks damaged. */
import type { CheckpointFinding, CheckpointStyle, CheckpointTensor } from '../../../shared/checkpointContract.ts';
import { canonicalName } from '../keyStyles.ts';
import type { ModelSizes } from '../../models/parameterShapes.ts';
import { count, share, whole } from './inWords.ts';

/** Drawn at random no weight is exactly 0; a share above this was put there. */
const MOST_ZEROS = 0.01;

export interface Examined {
  readonly tensors: readonly CheckpointTensor[];
  /** Raw to derived. */
  readonly pairs: ReadonlyMap<string, string>;
  /** Repeated to original. */
  readonly ties: ReadonlyMap<string, string>;
  readonly style: CheckpointStyle;
  readonly sizes: ModelSizes | null;
}

const fact = (sentence: string, tensor = ''): CheckpointFinding => ({ kind: 'fact', sentence, tensor });

/** The model in words, or why it is none that can be told. */
export function modelFinding(sizes: ModelSizes): CheckpointFinding {
  const { vocab_sz, emb_sz, n_hid, n_layers, bidir, tie_weights, out_bias } = sizes;
  const layers = `${count(n_layers, 'layer')}${n_layers > 1 ? ` of ${whole(n_hid)} units, the last of ${whole(emb_sz)}` : ` of ${whole(emb_sz)} units`}`;
  const decoder = `${tie_weights ? 'a tied decoder' : 'a decoder of its own'} ${out_bias ? 'with' : 'without'} a bias`;
  const both = bidir ? ', in both directions' : '';
  return fact(
    `An AWD-LSTM language model: ${whole(vocab_sz)} words, embeddings of ${whole(emb_sz)}, ${layers}${both}, ${decoder}.`,
  );
}

export function damageFindings({ tensors, pairs, style }: Examined): CheckpointFinding[] {
  const derived = new Set(pairs.values());
  return tensors.flatMap(({ name, cells, statistics }) => {
    const { nonFinite, zeros } = statistics;
    const damage = (sentence: string): CheckpointFinding => ({ kind: 'damage', sentence, tensor: name });
    const found: CheckpointFinding[] = [];
    if (nonFinite > 0) {
      found.push(damage(`${name}: ${count(nonFinite, 'number')} of ${whole(cells)} not finite (NaN or infinite).`));
    }
    // Masks and gradients of a trace are 0 with good reason.
    const recurrent = /(^|\.)weight_hh_l\d+(_reverse)?(_raw)?$/.test(name) && !derived.has(name);
    if (style !== 'unknown' && recurrent && zeros > MOST_ZEROS * cells && zeros < cells) {
      const why = name.endsWith('_raw')
        ? 'a mask was written into the learned weight, and what it dropped is lost'
        : 'with no raw weight beside it this is what a mask left of one, and what it dropped is lost';
      found.push(damage(`${name}: ${share(zeros, cells)} are exactly 0: ${why}.`));
    }
    return found;
  });
}

export function relationFindings(examined: Examined): CheckpointFinding[] {
  const { tensors, pairs, ties } = examined;
  const cellsOf = new Map(tensors.map(({ name, cells }) => [name, cells]));
  const sum = (names: Iterable<string>) => [...names].reduce((total, name) => total + (cellsOf.get(name) ?? 0), 0);
  const found = [...tieFindings(examined), ...rawFindings(examined)];
  if (pairs.size > 0) {
    const what = `${count(pairs.size, 'derived weight')} beside the raw ${pairs.size === 1 ? 'one' : 'ones'}`;
    found.push(fact(`${whole(sum(pairs.values()))} numbers are stored twice: ${what}.`));
  }
  if (ties.size > 0) {
    found.push(fact(`${whole(sum(ties.keys()))} numbers stand under a second name: counted once.`));
  }
  return found;
}

function tieFindings({ tensors, ties, style }: Examined): CheckpointFinding[] {
  const named = (wanted: string) => tensors.find(({ name }) => canonicalName(name) === wanted)?.name;
  const decoder = named('1.decoder.weight');
  const encoder = named('0.encoder.weight');
  const found = [...ties]
    .filter(([name]) => name !== decoder)
    .map(([name, same]) => fact(`${name} is ${same}: one tensor under two names.`, name));
  if (style === 'unknown' || encoder === undefined) return found;
  if (decoder === undefined) {
    const head = named('1.decoder.bias') === undefined ? 'no decoder' : 'no decoder weight of its own';
    return [...found, fact(`There is ${head}: a tied decoder uses ${encoder}.`, encoder)];
  }
  return ties.has(decoder)
    ? [...found, fact(`Decoder tied to encoder: ${decoder} is ${encoder}.`, decoder)]
    : [...found, fact(`Decoder not tied: ${decoder} differs from ${encoder}.`, decoder)];
}

/** Recurrent weights that stand alone. */
function rawFindings({ tensors, pairs, style }: Examined): CheckpointFinding[] {
  if (style === 'unknown') return [];
  const derived = new Set(pairs.values());
  const alone = (pattern: RegExp) =>
    tensors.map(({ name }) => name).filter((name) => pattern.test(name) && !pairs.has(name) && !derived.has(name));
  const raw = alone(/\.weight_hh_l0(_reverse)?_raw$/);
  const plain = alone(/\.weight_hh_l0$/);
  const found: CheckpointFinding[] = [];
  if (raw.length > 0) {
    found.push(
      fact(
        `${count(raw.length, 'raw weight')} and no derived one: the mask is drawn anew at every step, so nothing tells p or mode.`,
      ),
    );
  }
  for (const name of plain) {
    found.push(
      fact(`${name} has no raw weight beside it: a plain LSTM, or weights saved without their wrapper.`, name),
    );
  }
  return found;
}
