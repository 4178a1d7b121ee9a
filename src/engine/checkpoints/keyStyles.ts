/**
 * The four ways public AWD-LSTM code names the tensors of one and the same model, and the way between them.
 * Reading understands all of them (and fastai 0.7's, and a saved encoder without its "0."); writing gives each style's
 * full key set, aliases included, in the order its state_dict has. Sources: docs/semantics.md, sections 3.3 and 7.
 */
import type { KeyStyle } from '../../shared/jobContract.ts';
import type { NamedTensor } from './safetensors.ts';

/** Raised when a file's names are not those of an AWD-LSTM; the message says what was found. */
export class UnknownKeys extends Error {}

const RAW = /^0\.rnns\.(\d+)\.weight_hh_l0(_reverse)?_raw$/;

/**
 * Any style to Dropscope's names (docs/contracts.md, section 4), each tensor once. A decoder weight that equals the
 * embedding cell for cell is a tie and is left out; a derived `weight_hh_l0` beside its raw one is left out too.
 * Throws {@link UnknownKeys} on a name it cannot place and on a model without embedding or recurrent weights.
 */
export function toDropscope(tensors: readonly NamedTensor[]): NamedTensor[] {
  const named = new Map<string, NamedTensor>();
  for (const tensor of tensors) {
    const name = canonicalName(tensor.name);
    if (name === null) {
      throw new UnknownKeys(`${tensor.name}: not a tensor of an AWD-LSTM language model in any known key style`);
    }
    named.set(name, named.get(name) ?? { ...tensor, name });
  }
  for (const name of [...named.keys()]) {
    // The derived weight of fastai v1 and of salesforce checkpoints saved in eval: made anew at every step.
    const raw = name.replace(/\.module\.(weight_hh_l0(?:_reverse)?)$/, '.$1_raw');
    if (raw !== name && named.has(raw)) named.delete(name);
    // A plain LSTM, never wrapped: its weight is what raw would be.
    else if (raw !== name && !name.endsWith('_reverse')) rename(named, name, raw);
  }
  const embedding = named.get('0.encoder.weight');
  if (!embedding) throw new UnknownKeys('encoder.weight: missing; an AWD-LSTM has an embedding of that name');
  if (![...named.keys()].some((name) => RAW.test(name))) {
    throw new UnknownKeys('rnns.0.weight_hh_l0_raw: missing; an AWD-LSTM has at least one recurrent layer');
  }
  const decoder = named.get('1.decoder.weight');
  if (decoder && sameCells(decoder.data, embedding.data)) named.delete('1.decoder.weight');
  return [...named.values()].sort((a, b) => stateOrder(a.name) - stateOrder(b.name));
}

/** Dropscope's names to the full key set of another style. Aliases share their data with the tensor they repeat. */
export function fromDropscope(tensors: readonly NamedTensor[], style: KeyStyle): NamedTensor[] {
  if (style === 'dropscope') return [...tensors];
  const out: NamedTensor[] = [];
  let embedding: NamedTensor | null = null;
  let untied = false;
  for (const tensor of [...tensors].sort((a, b) => stateOrder(a.name) - stateOrder(b.name))) {
    const named = (name: string): NamedTensor => ({ ...tensor, name });
    const raw = RAW.exec(tensor.name);
    if (tensor.name === '0.encoder.weight') {
      embedding = tensor;
      out.push(named(style === 'salesforce' ? 'encoder.weight' : tensor.name));
      if (style !== 'salesforce') out.push(named('0.encoder_dp.emb.weight'));
    } else if (raw && style === 'salesforce') {
      out.push(named(`rnns.${raw[1]}.module.weight_hh_l0${raw[2] ?? ''}_raw`));
    } else if (raw && style === 'fastai1') {
      // Saved in eval: the derived weight of that release is the raw one.
      out.push(tensor, named(`0.rnns.${raw[1]}.module.weight_hh_l0${raw[2] ?? ''}`));
    } else {
      untied ||= tensor.name === '1.decoder.weight';
      if (tensor.name === '1.decoder.bias' && !untied && embedding) out.push(tie(embedding, style));
      out.push(named(style === 'salesforce' ? tensor.name.replace(/^[01]\./, '') : tensor.name));
    }
  }
  const hasDecoder = out.some((tensor) => /decoder\.weight$/.test(tensor.name));
  if (!hasDecoder && embedding) out.push(tie(embedding, style));
  return style === 'fastai1' ? inFastai1Order(out) : out;
}

const tie = (embedding: NamedTensor, style: KeyStyle): NamedTensor => ({
  ...embedding,
  name: style === 'salesforce' ? 'decoder.weight' : '1.decoder.weight',
});

/** Every known name of a tensor to Dropscope's, null when it is none. Aliases map to the tensor they repeat. */
export function canonicalName(name: string): string | null {
  // torch's DataParallel puts a "module." before every name.
  const bare = name.replace(/^module\./, '').replace(/^[01]\.(?=encoder|rnns|decoder)/, '');
  if (/^(encoder|encoder_dp\.emb|encoder_with_dropout\.embed)\.weight$/.test(bare)) return '0.encoder.weight';
  if (/^decoder\.(weight|bias)$/.test(bare)) return `1.${bare}`;
  const layer = /^rnns\.(\d+)\.(?:module\.)?((?:weight|bias)_(?:ih|hh)_l0(?:_reverse)?(?:_raw)?)$/.exec(bare);
  if (!layer) return null;
  const [, index, tensor = ''] = layer;
  return tensor.endsWith('_raw') ? `0.rnns.${index}.${tensor}` : `0.rnns.${index}.module.${tensor}`;
}

const LAYER_ORDER = ['weight_hh_l0_raw', 'weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0'];

/** Place in fastai v2's state_dict: encoder, layers in order, decoder. */
function stateOrder(name: string): number {
  const layer = /^0\.rnns\.(\d+)\.(?:module\.)?(.+)$/.exec(name);
  if (!layer) return name === '0.encoder.weight' ? -1 : name === '1.decoder.weight' ? 1e9 : 1e9 + 1;
  const [, index, tensor = ''] = layer;
  const kind = LAYER_ORDER.indexOf(tensor.replace('_reverse', ''));
  return Number(index) * 20 + kind + (tensor.includes('_reverse') ? 10 : 0);
}

/** fastai v1 keeps the derived weight behind the input weight of its layer. */
function inFastai1Order(tensors: NamedTensor[]): NamedTensor[] {
  const out = tensors.filter((tensor) => !/\.module\.weight_hh_l0(_reverse)?$/.test(tensor.name));
  for (const derived of tensors) {
    if (out.includes(derived)) continue;
    const input = derived.name.replace('weight_hh', 'weight_ih');
    out.splice(out.findIndex((tensor) => tensor.name === input) + 1, 0, derived);
  }
  return out;
}

function rename(named: Map<string, NamedTensor>, from: string, to: string): void {
  const tensor = named.get(from);
  named.delete(from);
  if (tensor) named.set(to, { ...tensor, name: to });
}

function sameCells(a: Float32Array, b: Float32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
