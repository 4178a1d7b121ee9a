/** The model a weights file is of, told from names and shapes alone: files of other programs hold no config. */
import type { ModelSizes } from '../models/parameterShapes.ts';
import { CheckpointError } from './checkpointError.ts';
import { canonicalName } from './keyStyles.ts';

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Sizes of the language model whose tensors these are. `tie_weights` is what the names say: a decoder weight of its
 * own may still be equal to the embedding. Throws a {@link CheckpointError} when there is no embedding or no layer;
 * whether everything fits together is then for requireFit.
 */
export function modelOfWeights(file: string, tensors: readonly Named[]): ModelSizes {
  const shapes = new Map(tensors.map(({ name, shape }) => [canonicalName(name) ?? name, shape]));
  const embedding = shapes.get('0.encoder.weight');
  if (embedding?.length !== 2 || embedding.includes(0)) {
    const found = embedding ? `is [${embedding.join(', ')}]` : 'is missing';
    throw new CheckpointError(`${file}: encoder.weight ${found}; an AWD-LSTM has an embedding [V, E] of that name`);
  }
  const [vocab_sz, emb_sz] = embedding as [number, number];
  const recurrent = (layer: number, end = '') =>
    shapes.get(`0.rnns.${layer}.weight_hh_l0${end}_raw`) ?? shapes.get(`0.rnns.${layer}.module.weight_hh_l0${end}`);
  let n_layers = 0;
  while (recurrent(n_layers)) n_layers++;
  if (n_layers === 0)
    throw new CheckpointError(`${file}: rnns.0.weight_hh_l0_raw is missing; there is no layer at all`);
  const bidir = recurrent(0, '_reverse') !== undefined;
  const units = recurrent(0)?.[1] ?? 0;
  const reverseDropped = shapes.has('0.rnns.0.weight_hh_l0_reverse_raw');
  return {
    vocab_sz,
    emb_sz,
    n_hid: n_layers === 1 ? emb_sz : units * (bidir ? 2 : 1),
    n_layers,
    bidir,
    tie_weights: !shapes.has('1.decoder.weight'),
    out_bias: shapes.has('1.decoder.bias'),
    weight_drop: {
      names: ['weight_hh_l0', ...(reverseDropped ? ['weight_hh_l0_reverse'] : [])],
      granularity: 'element',
      mode: 'training',
    },
  };
}
