/**
 * Every place of a language model where dropout happens, in the order of the forward pass: its mask's shape, how many
 * independent draws that is, and in words which axes share a draw.
 */
import type { SiteDescription } from './engineContract.ts';
import type { Config } from './hyperparameters.ts';

type Axes = SiteDescription['variesAlong'];

/** p after drop_mult. */
function effective(p: number, { drop_mult }: Config): number {
  return p * drop_mult;
}

/** Sites of a language model with `vocabSize` words; B, T and sizes from the config. */
export function dropoutSites(config: Config, vocabSize: number): SiteDescription[] {
  const { n_layers, n_hid, emb_sz } = config;
  const sites = [embeddingSite(config, vocabSize), activationSite('0.input_dp', config.input_p, emb_sz, config)];
  for (let layer = 0; layer < n_layers; layer++) {
    sites.push(...weightSites(config, layer));
    if (layer < n_layers - 1) sites.push(activationSite(`0.hidden_dps.${layer}`, config.hidden_p, n_hid, config));
  }
  sites.push(activationSite('1.output_dp', config.output_p, emb_sz, config));
  return sites;
}

function embeddingSite(config: Config, vocabSize: number): SiteDescription {
  return {
    name: '0.encoder_dp',
    kind: 'embedding',
    shape: [vocabSize, 1],
    configured: config.embed_p,
    p: effective(config.embed_p, config),
    draws: vocabSize,
    constantAlong: [
      { axis: 'features', size: config.emb_sz },
      { axis: 'batch', size: config.bs },
      { axis: 'time', size: config.bptt },
    ],
    variesAlong: [{ axis: 'words', size: vocabSize }],
  };
}

function activationSite(name: string, p: number, features: number, config: Config): SiteDescription {
  return {
    name,
    kind: 'activation',
    shape: [config.bs, 1, features],
    configured: p,
    p: effective(p, config),
    draws: config.bs * features,
    constantAlong: [{ axis: 'time', size: config.bptt }],
    variesAlong: [
      { axis: 'batch', size: config.bs },
      { axis: 'features', size: features },
    ],
  };
}

/** One site for each name of weight_drop.names: the recurrent weight of each direction, or whatever else is listed. */
function weightSites(config: Config, layer: number): SiteDescription[] {
  const { n_layers, n_hid, emb_sz, bidir, bs, bptt, weight_p } = config;
  const { names, granularity, mode } = config.weight_drop;
  if (mode === 'off') return [];
  const directions = bidir ? 2 : 1;
  const hidden = (layer === n_layers - 1 ? emb_sz : n_hid) / directions;
  const input = layer === 0 ? emb_sz : n_hid;
  return names.map((name) => {
    const gates: Axes[number] = { axis: 'gate units', size: 4 * hidden };
    const other: Axes[number] = name.startsWith('weight_ih')
      ? { axis: 'inputs', size: input }
      : { axis: 'hidden units', size: hidden };
    const shared: Axes = [
      { axis: 'batch', size: bs },
      { axis: 'time', size: bptt },
    ];
    const shape = [granularity === 'column' ? 1 : gates.size, granularity === 'row' ? 1 : other.size];
    return {
      name: `0.rnns.${layer}.${name}`,
      kind: 'weight' as const,
      shape,
      configured: weight_p,
      p: effective(weight_p, config),
      draws: shape[0]! * shape[1]!,
      constantAlong: granularity === 'element' ? shared : [granularity === 'row' ? other : gates, ...shared],
      variesAlong: granularity === 'element' ? [gates, other] : [granularity === 'row' ? gates : other],
      raw: `0.rnns.${layer}.${name}_raw`,
      granularity,
    };
  });
}
