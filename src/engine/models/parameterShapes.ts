/**
 * The parameters a language model has, by name, with their shapes: known from the config alone, so that a file can be
 * judged by its header before a model is built or a value is read.
 */
import type { Config } from '../../shared/hyperparameters.ts';

/** The keys of a config that decide about shapes. */
export type ModelSizes = Pick<
  Config,
  'emb_sz' | 'n_hid' | 'n_layers' | 'bidir' | 'tie_weights' | 'out_bias' | 'weight_drop'
> & { readonly vocab_sz: number };

export type Shapes = ReadonlyMap<string, readonly number[]>;

/** In the model's own order. Names and axes: docs/contracts.md, section 4. */
export function parameterShapes(sizes: ModelSizes): Shapes {
  const { vocab_sz, emb_sz, n_hid, n_layers, bidir, tie_weights, out_bias, weight_drop } = sizes;
  const shapes = new Map<string, readonly number[]>([['0.encoder.weight', [vocab_sz, emb_sz]]]);
  for (let layer = 0; layer < n_layers; layer++) {
    const inputs = layer === 0 ? emb_sz : n_hid;
    const units = (layer < n_layers - 1 ? n_hid : emb_sz) / (bidir ? 2 : 1);
    for (const end of bidir ? ['', '_reverse'] : ['']) {
      const recurrent = `weight_hh_l0${end}`;
      const own = weight_drop.names.includes(recurrent) ? `${recurrent}_raw` : `module.${recurrent}`;
      shapes.set(`0.rnns.${layer}.${own}`, [4 * units, units]);
      shapes.set(`0.rnns.${layer}.module.weight_ih_l0${end}`, [4 * units, inputs]);
      shapes.set(`0.rnns.${layer}.module.bias_ih_l0${end}`, [4 * units]);
      shapes.set(`0.rnns.${layer}.module.bias_hh_l0${end}`, [4 * units]);
    }
  }
  if (!tie_weights) shapes.set('1.decoder.weight', [vocab_sz, emb_sz]);
  if (out_bias) shapes.set('1.decoder.bias', [vocab_sz]);
  return shapes;
}
