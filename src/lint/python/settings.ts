/**
 * The dropout settings of a file in one form, wherever they stand: arguments of AWD_LSTM and its relatives, config dicts
 * that reach them, copies of fastai's configs.
 */
import type { Site } from '../knowledge/callables.ts';
import { classifier, languageModel, type Reference } from '../knowledge/references.ts';
import { type ConfigDict, type Entry, readConfigDict, readUpdates } from './configDict.ts';
import type { KnownCall } from './knownCalls.ts';
import { fullName, type PythonFile } from './pythonFile.ts';
import type { Node } from './syntax.ts';
import { numberOf } from './value.ts';

export interface Settings {
  /** The call they reach; null for a copy of fastai's config that reaches none in this file. */
  readonly call: KnownCall | null;
  /** Where to speak about them as a whole. */
  readonly node: Node;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Which keys are probabilities, and of what. */
  readonly probabilities: Readonly<Record<string, Site>>;
  /** What absent keys are, when that is known. */
  readonly defaults: Reference | null;
  readonly kind: 'config' | 'arguments';
  readonly task: 'lm' | 'classifier' | null;
  readonly dropMult: { readonly node: Node | null; readonly number: number } | null;
}

const configProbabilities: Readonly<Record<string, Site>> = {
  embed_p: 'embedding',
  input_p: 'input',
  hidden_p: 'hidden',
  weight_p: 'weight',
  output_p: 'output',
};

/** Functions that take a config dict, with the task it is for and drop_mult's default. */
const takers: Readonly<Record<string, { task: 'lm' | 'classifier'; dropMult: number | null }>> = {
  get_language_model: { task: 'lm', dropMult: 1 },
  language_model_learner: { task: 'lm', dropMult: 1 },
  get_text_classifier: { task: 'classifier', dropMult: 1 },
  // 0.5 in fastai 2, 1 in fastai 1: unknown unless given.
  text_classifier_learner: { task: 'classifier', dropMult: null },
};

export function readSettings(file: PythonFile, calls: readonly KnownCall[]): Settings[] {
  const updates = readUpdates(file);
  const read = (node: Node) => readConfigDict(file, updates, node);
  const found: Settings[] = [];
  for (const call of calls) {
    const settings = call.callable.name in takers ? ofTaker(file, call, read) : ofArguments(call, read);
    if (settings) found.push(settings);
  }
  return [...found, ...copies(file, updates, read)];
}

type Read = (node: Node) => ConfigDict | null;

/** `get_language_model(AWD_LSTM, vocab, config=…, drop_mult=…)` and the learners. */
function ofTaker(file: PythonFile, call: KnownCall, read: Read): Settings | null {
  const taker = takers[call.callable.name]!;
  const arch = call.bound.get('arch')?.value;
  if (!arch || fullName(file, arch)?.split('.').at(-1) !== 'AWD_LSTM') return null;
  const configArgument = call.bound.get('config')?.value;
  const config = configArgument ? read(configArgument) : null;
  const positional = call.given.given.filter(({ keyword }) => keyword === null).length;
  const isComplete = call.complete && positional <= call.callable.parameters.length;
  const usesDefaults = configArgument === undefined ? isComplete : (config?.base ?? null) !== null;
  const base = config?.base ?? taker.task;
  const factor = call.bound.get('drop_mult')?.value ?? null;
  const number = factor ? numberOf(file, factor) : taker.dropMult;
  return {
    call,
    node: call.node,
    entries: config?.entries ?? new Map<string, Entry>(),
    probabilities: configProbabilities,
    defaults: usesDefaults ? (base === 'lm' ? languageModel : classifier) : null,
    kind: 'config',
    task: taker.task,
    dropMult: number === null ? null : { node: factor, number },
  };
}

/** `AWD_LSTM(…, weight_p=.5)`, `WeightDropout(lstm, .5)`, `nn.Dropout(.1)`: the arguments are the settings. */
function ofArguments(call: KnownCall, read: Read): Settings {
  const entries = new Map<string, Entry>();
  for (const spread of call.given.doubleStarred) {
    for (const [key, entry] of read(spread)?.entries ?? []) entries.set(key, entry);
  }
  for (const [key, argument] of call.bound) {
    entries.set(key, { key, keyNode: argument.keywordNode ?? argument.value, value: argument.value });
  }
  return {
    call,
    node: call.node,
    entries,
    probabilities: call.callable.probabilities,
    defaults: null,
    kind: 'arguments',
    task: null,
    dropMult: { node: null, number: 1 },
  };
}

/** What can be a config at all: cheap, because every assignment of a file is asked. */
function isConfigLike({ name }: Node): boolean {
  return ['CallExpression', 'DictionaryExpression', 'BinaryExpression'].includes(name);
}

/** Copies of fastai's configs are configs, whether or not this file uses them. */
function copies(file: PythonFile, updates: ReturnType<typeof readUpdates>, read: Read): Settings[] {
  const found: Settings[] = [];
  const add = (config: ConfigDict | null, node: Node) => {
    if (!config?.base || config.entries.size === 0) return;
    found.push({
      call: null,
      node,
      entries: config.entries,
      probabilities: configProbabilities,
      defaults: config.base === 'lm' ? languageModel : classifier,
      kind: 'config',
      task: config.base,
      dropMult: null,
    });
  };
  for (const bindings of file.bindings.values()) {
    for (const { value } of bindings) if (value && isConfigLike(value)) add(read(value), value);
  }
  for (const update of updates) {
    const name = update.at.firstChild?.firstChild; // of `name[key] = …` and of `name.update(…)` alike
    const config = name ? read(name) : null;
    if (config?.base) add({ base: config.base, entries: new Map(update.entries.map((e) => [e.key, e])) }, update.at);
  }
  return found;
}
