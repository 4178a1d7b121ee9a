/** The dropout probabilities a config leads to: as written, and after drop_mult, for every place where one applies. */
import type { Config, DropoutKey } from './hyperparameters.ts';

export interface EffectiveDropout {
  /** Mask name of docs/contracts.md section 4. */
  readonly mask: string;
  readonly key: DropoutKey;
  /** As in the config. */
  readonly configured: number;
  /** After drop_mult; 0 for weights when weight_drop.mode is "off". */
  readonly p: number;
}

type DropoutConfig = Pick<Config, DropoutKey | 'drop_mult' | 'n_layers' | 'weight_drop'>;

/** Every dropout site of the language model in the order of its forward pass. */
export function effectiveDropout(config: DropoutConfig): EffectiveDropout[] {
  const site = (mask: string, key: DropoutKey, factor = 1): EffectiveDropout => ({
    mask,
    key,
    configured: config[key],
    p: config[key] * config.drop_mult * factor,
  });
  const used = config.weight_drop.mode === 'off' ? 0 : 1;
  const sites = [site('0.encoder_dp', 'embed_p'), site('0.input_dp', 'input_p')];
  for (let layer = 0; layer < config.n_layers; layer++) {
    for (const name of config.weight_drop.names) sites.push(site(`0.rnns.${layer}.${name}`, 'weight_p', used));
    if (layer < config.n_layers - 1) sites.push(site(`0.hidden_dps.${layer}`, 'hidden_p'));
  }
  return [...sites, site('1.output_dp', 'output_p')];
}
