/**
 * The functions and classes whose dropout settings are understood: where they live, their parameters in order, and
 * which of those are dropout probabilities. Facts about fastai, salesforce/awd-lstm-lm, PyTorch-NLP and PyTorch.
 */

export type Library = 'fastai' | 'salesforce' | 'torchnlp' | 'torch';

/** What a probability acts on; `sites.ts` says the rest. */
export type Site =
  'embedding' | 'input' | 'hidden' | 'weight' | 'output' | 'locked' | 'element' | 'channel' | 'between-layers' | 'head';

export interface Callable {
  readonly name: string;
  readonly library: Library;
  /** Parameter names in order. */
  readonly parameters: readonly string[];
  /** Which parameters are dropout probabilities, and of what. */
  readonly probabilities: Readonly<Record<string, Site>>;
  /** Whether the parameters are all there are, so that another keyword is a mistake. */
  readonly closed?: boolean;
}

const awdProbabilities = { hidden_p: 'hidden', input_p: 'input', embed_p: 'embedding', weight_p: 'weight' } as const;

const fastai: readonly Callable[] = [
  {
    name: 'AWD_LSTM',
    library: 'fastai',
    parameters: words('vocab_sz emb_sz n_hid n_layers pad_token hidden_p input_p embed_p weight_p bidir qrnn packed'),
    probabilities: awdProbabilities,
    closed: true,
  },
  {
    name: 'WeightDropout',
    library: 'fastai',
    parameters: words('module weight_p layer_names'),
    probabilities: { weight_p: 'weight' },
    closed: true,
  },
  { name: 'RNNDropout', library: 'fastai', parameters: ['p'], probabilities: { p: 'locked' }, closed: true },
  {
    name: 'EmbeddingDropout',
    library: 'fastai',
    parameters: words('emb embed_p'),
    probabilities: { embed_p: 'embedding' },
    closed: true,
  },
  {
    name: 'LinearDecoder',
    library: 'fastai',
    parameters: words('n_out n_hid output_p tie_encoder bias'),
    probabilities: { output_p: 'output' },
    closed: true,
  },
  learner('get_language_model', 'arch vocab_sz config drop_mult'),
  learner(
    'get_text_classifier',
    'arch vocab_sz n_class seq_len config drop_mult lin_ftrs ps pad_idx max_len y_range bptt',
  ),
  learner('language_model_learner', 'dls arch config drop_mult'),
  // fastai 1 and 2 agree on the first two only; the rest is given by keyword everywhere.
  learner('text_classifier_learner', 'dls arch'),
];

const salesforce: readonly Callable[] = [
  {
    name: 'WeightDrop',
    library: 'salesforce',
    parameters: words('module weights dropout variational'),
    probabilities: { dropout: 'weight' },
  },
  { name: 'LockedDropout', library: 'salesforce', parameters: ['p'], probabilities: { p: 'locked' } },
  {
    name: 'embedded_dropout',
    library: 'salesforce',
    parameters: words('embed words dropout scale'),
    probabilities: { dropout: 'embedding' },
  },
  {
    name: 'RNNModel',
    library: 'salesforce',
    parameters: words('rnn_type ntoken ninp nhid nlayers dropout dropouth dropouti dropoute wdrop tie_weights'),
    probabilities: { dropout: 'output', dropouth: 'hidden', dropouti: 'input', dropoute: 'embedding', wdrop: 'weight' },
  },
];

const torchnlp: readonly Callable[] = ['WeightDropLSTM', 'WeightDropGRU', 'WeightDropLinear'].map((name) => ({
  name,
  library: 'torchnlp',
  parameters: [],
  probabilities: { weight_dropout: 'weight' },
}));

const recurrent: readonly Callable[] = ['LSTM', 'GRU', 'RNN'].map((name) => ({
  name,
  library: 'torch',
  parameters: words('input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size'),
  probabilities: { dropout: 'between-layers' },
}));

const torch: readonly Callable[] = [
  ...recurrent,
  ...words('Dropout AlphaDropout').map((name) => dropoutLayer(name, 'element')),
  ...words('Dropout1d Dropout2d Dropout3d FeatureAlphaDropout').map((name) => dropoutLayer(name, 'channel')),
  ...words('dropout alpha_dropout').map((name) => dropoutFunction(name, 'element')),
  ...words('dropout1d dropout2d dropout3d feature_alpha_dropout').map((name) => dropoutFunction(name, 'channel')),
];

/** Every callable by its name; `dropout` is torch's function. */
export const callables: ReadonlyMap<string, Callable> = new Map(
  [...fastai, ...salesforce, ...torchnlp, ...torch].map((callable) => [callable.name, callable]),
);

function words(list: string): string[] {
  return list.split(' ');
}

function learner(name: string, parameters: string): Callable {
  return { name, library: 'fastai', parameters: words(parameters), probabilities: {} };
}

function dropoutLayer(name: string, site: Site): Callable {
  return { name, library: 'torch', parameters: words('p inplace'), probabilities: { p: site } };
}

function dropoutFunction(name: string, site: Site): Callable {
  return { name, library: 'torch', parameters: words('input p training inplace'), probabilities: { p: site } };
}

/** Parts of module names that say whose callable it is, when it was imported by name. */
const homes: Readonly<Record<Exclude<Library, 'torch'>, RegExp>> = {
  fastai: /(^|\.)(fastai2?|old_fastai|awd_?lstm|rnn_reg|lm_rnn|nb_\w+)(\.|$)/,
  salesforce: /(^|\.)(weight_drop|locked_dropout|embed_regularize|model|torchnlp|weight_dropout)(\.|$)/,
  torchnlp: /(^|\.)torchnlp(\.|$)/,
};

/**
 * The callable that a full name means (see fullName): its own module's, or a distinctive name that the file gets from
 * nowhere it names. A class of that name from anywhere else is somebody's own and has parameters of its own.
 */
export function callableFor(fullName: string, stars: readonly string[]): Callable | undefined {
  const at = fullName.lastIndexOf('.');
  const [module, name] = [fullName.slice(0, at), fullName.slice(at + 1)];
  const callable = callables.get(name);
  if (!callable) return undefined;
  if (callable.library === 'torch') return isTorch(module, name, stars) ? callable : undefined;
  return module === '?' || homes[callable.library].test(module) ? callable : undefined;
}

function isTorch(module: string, name: string, stars: readonly string[]): boolean {
  const isFunction = name === name.toLowerCase();
  const homes = isFunction
    ? ['torch.nn.functional', 'torch']
    : ['torch.nn', 'torch.nn.modules', 'torch.nn.modules.rnn'];
  if (module === '?') return stars.some((star) => homes.includes(star) && star !== 'torch');
  return homes.includes(module) || (!isFunction && module === 'torch.nn.modules.dropout');
}
