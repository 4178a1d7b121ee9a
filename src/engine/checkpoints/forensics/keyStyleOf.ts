/** Whose names a file has, told from the names alone (docs/semantics.md, section 7). */
import type { CheckpointStyle } from '../../../shared/checkpointContract.ts';
import { canonicalName } from '../keyStyles.ts';

const words: Readonly<Record<CheckpointStyle, string>> = {
  dropscope: "Dropscope's names: fastai v2's, each tensor once",
  fastai2: "fastai v2's names",
  fastai1: "fastai v1's names, with the derived weights beside the raw ones",
  'fastai0.7': "fastai 0.7's names",
  salesforce: 'the names of salesforce/awd-lstm-lm',
  encoder: "fastai's names of an encoder saved alone",
  unknown: 'names of no AWD-LSTM code that is known',
};

export function keyStyleOf(names: readonly string[]): CheckpointStyle {
  const bare = names.map((name) => name.replace(/^module\./, ''));
  const some = (pattern: RegExp) => bare.some((name) => pattern.test(name));
  if (!some(/(^|\.)rnns\.\d+\./) || !names.some((name) => canonicalName(name) === '0.encoder.weight')) return 'unknown';
  if (some(/encoder_with_dropout\./)) return 'fastai0.7';
  if (some(/^rnns\.\d+\.weight_hh_l0(_reverse)?_raw$/)) return 'encoder';
  if (some(/^rnns\.\d+\.module\./)) return 'salesforce';
  if (some(/^0\.rnns\.\d+\.weight_hh_l0(_reverse)?_raw$/) && some(/^0\.rnns\.\d+\.module\.weight_hh_l0$/)) {
    return 'fastai1';
  }
  if (some(/^0\.encoder_dp\.emb\./)) return 'fastai2';
  return some(/^0\.rnns\.\d+\./) ? 'dropscope' : 'unknown';
}

/** For people, with the prefix of torch's DataParallel where every name has it. */
export function styleName(style: CheckpointStyle, names: readonly string[]): string {
  const parallel = style !== 'unknown' && names.every((name) => name.startsWith('module.'));
  return `${words[style]}${parallel ? ', each behind the "module." of DataParallel' : ''}`;
}
