/** The text of a new dropscope.json: the keys one changes first, each with what it means, from the one table. Pure. */
import { defaultPreset, presets } from '../../shared/configPresets.ts';
import { findHyperparameter, type HyperparameterKey } from '../../shared/hyperparameters.ts';

const GROUPS: readonly { readonly title: string; readonly keys: readonly HyperparameterKey[] }[] = [
  { title: 'The text', keys: ['corpus', 'tokenizer', 'bs', 'bptt'] },
  { title: 'The model', keys: ['emb_sz', 'n_hid', 'n_layers'] },
  { title: 'The five dropouts', keys: ['embed_p', 'input_p', 'weight_p', 'hidden_p', 'output_p'] },
  { title: 'Training', keys: ['steps', 'lr', 'clip', 'seed'] },
];

const VALUES: Readonly<Record<string, unknown>> = { ...presets[defaultPreset].config, corpus: ['*.txt'], steps: 300 };

/** A complete config with comments; the keys that are not in it keep their defaults. */
export function configText(): string {
  const groups = GROUPS.map(({ title, keys }) => [`  // ${title}`, ...keys.map(line)].join('\n'));
  return `{\n${groups.join('\n\n')}\n}\n`.replace(/,\n}\n$/, '\n}\n');
}

function line(key: HyperparameterKey): string {
  const row = findHyperparameter(key);
  const value = JSON.stringify(VALUES[key] ?? row?.default);
  return `  // ${row?.meaning ?? ''}\n  ${JSON.stringify(key)}: ${value},`;
}
