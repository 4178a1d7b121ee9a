/**
 * The dropout configs of a document, wherever they stand, as whole models: what the preview draws and the comparison
 * compares. Python configs are filled up with the defaults that the called function has.
 */
import { parseTree } from 'jsonc-parser';
import { resolveConfig } from '../shared/config.ts';
import { dropoutSites } from '../shared/dropoutSites.ts';
import { type Config, dropoutKeys, hyperparameterKeys, hyperparameters } from '../shared/hyperparameters.ts';
import type { ConfigDropout, ConfigInCode } from '../shared/lintContract.ts';
import type { ReadDocument } from './analyse.ts';
import { readConfigText } from './configFile.ts';
import { classifier, constructor, languageModel } from './knowledge/references.ts';
import type { LintFile } from './python/lintFile.ts';
import type { Settings } from './python/settings.ts';
import { evaluate } from './python/value.ts';

/** Words drawn while the vocabulary is not known; the first of them are the same with any vocabulary. */
const UNKNOWN_VOCABULARY = 1000;

/** Every config of a Python document that describes a whole AWD-LSTM, calls before copies of fastai's configs. */
export function pythonConfigs({ file }: ReadDocument): ConfigInCode[] {
  return file.settings
    .filter((settings) => settings.kind === 'config' || settings.call?.callable.name === 'AWD_LSTM')
    .filter((settings) => settings.call === null || !settings.call.local)
    .map((settings) => ofSettings(file, settings));
}

/** The config that a dropscope.json is, for any place in it. */
export function jsonConfig(text: string): ConfigInCode {
  const { problems, given, config } = readConfigText(text);
  const wrong = problems.find(({ severity }) => severity === 'error');
  const at = parseTree(text, [], { allowTrailingComma: true })?.offset ?? 0;
  const place = { title: 'dropscope.json', lens: at, ranges: [{ from: 0, to: text.length }] };
  if (!config)
    return { ...place, ...nothing, problem: `line ${wrong?.line ?? 1}: ${wrong?.message ?? 'not a config'}` };
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  return { ...place, ...described(config, keys, [], true) };
}

const nothing = { sites: [], dropouts: [], reference: languageModel, dropMult: 1, seed: 1, notes: [] };

function ofSettings(file: LintFile, settings: Settings): ConfigInCode {
  const { call, node, entries } = settings;
  const isConstructor = settings.kind === 'arguments';
  const notes: string[] = [];
  const given: Record<string, number | boolean> = {};
  for (const [key, { value: expression }] of [...entries, ...vocabularyOf(settings)]) {
    if (!hyperparameterKeys.some((known) => known === key)) continue;
    const value = evaluate(file, expression);
    if (value.kind === 'number') given[key] = value.number;
    else if (value.kind === 'boolean') given[key] = value.boolean;
    else notes.push(`${key} cannot be told from the code: its default is drawn`);
  }
  if (settings.dropMult === null) notes.push('drop_mult is not known here: drawn with 1');
  notes.push('batch and time as a dropscope.json without bs and bptt has them: 16 x 70');
  const place = {
    title: call ? `${call.callable.name}(…)` : 'a copy of fastai’s config',
    lens: call ? node.from : null,
    ranges: [node, ...Array.from(entries.values(), ({ keyNode, value }) => ({ from: keyNode.from, to: value.to }))].map(
      ({ from, to }) => wholeLines(file.text, from, to),
    ),
  };
  const defaults = isConstructor ? constructor.values : (settings.defaults?.values ?? {});
  const factor = settings.dropMult?.number ?? 1;
  const { problems, config } = resolveConfig({
    ...(settings.task === 'classifier' ? classifier.values : {}),
    ...defaults,
    ...given,
    drop_mult: factor,
  });
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (!config) return { ...place, ...nothing, problem: wrong?.message ?? 'not a config' };
  const told = described(config, Object.keys(given), notes, !isConstructor);
  return settings.task === 'classifier' ? { ...place, ...told, reference: classifier } : { ...place, ...told };
}

/** `get_language_model(AWD_LSTM, 1000, …)` has it beside the config. */
function vocabularyOf({ call, entries }: Settings): [string, { readonly value: Settings['node'] }][] {
  const argument = call?.bound.get('vocab_sz');
  return argument && !entries.has('vocab_sz') ? [['vocab_sz', { value: argument.value }]] : [];
}

function described(config: Config, given: readonly string[], notes: readonly string[], withOutput: boolean) {
  const vocabulary = config.vocab_sz ?? UNKNOWN_VOCABULARY;
  const unknown = config.vocab_sz === null ? [`the vocabulary is not known here: its first ${vocabulary} words`] : [];
  const dropouts = dropoutKeys
    .filter((key) => withOutput || key !== 'output_p')
    .map((key): ConfigDropout => ({ key, configured: config[key], given: given.includes(key) }));
  return {
    sites: dropoutSites(config, vocabulary).filter(({ name }) => withOutput || name !== '1.output_dp'),
    dropouts,
    reference: config.task === 'classifier' ? classifier : languageModel,
    dropMult: config.drop_mult,
    seed: config.seed ?? hyperparameters.seed.default,
    notes: [...unknown, ...notes],
    problem: '',
  };
}

function wholeLines(text: string, from: number, to: number): { from: number; to: number } {
  const end = text.indexOf('\n', to);
  return { from: text.lastIndexOf('\n', from - 1) + 1, to: end < 0 ? text.length : end };
}
