/** The dropouts' part of the hyper-parameter table: five probabilities, their common factor, and weight drop. */
import type { Table } from './hyperparameter.ts';

export const dropout = {
  input_p: {
    group: 'dropout',
    kind: 'probability',
    default: 0.25,
    classifierDefault: 0.4,
    meaning:
      'Locked dropout on the embedded input: one mask for each row of the batch and each feature, the same at every time step.',
    aliases: { paper: 'word vector dropout', salesforce: 'dropouti', fastai1: 'input_p', fastai2: 'input_p' },
  },
  hidden_p: {
    group: 'dropout',
    kind: 'probability',
    default: 0.15,
    classifierDefault: 0.3,
    meaning: 'Locked dropout between LSTM layers, after every layer but the last; the same at every time step.',
    aliases: { paper: 'dropout between layers', salesforce: 'dropouth', fastai1: 'hidden_p', fastai2: 'hidden_p' },
  },
  output_p: {
    group: 'dropout',
    kind: 'probability',
    default: 0.1,
    classifierDefault: 0.4,
    meaning: "Locked dropout on the last layer's output, before the decoder; the same at every time step.",
    aliases: { paper: 'output dropout', salesforce: 'dropout', fastai1: 'output_p', fastai2: 'output_p' },
  },
  embed_p: {
    group: 'dropout',
    kind: 'probability',
    default: 0.02,
    classifierDefault: 0.05,
    meaning: 'Drops whole words: a dropped row of the embedding is zero wherever that word occurs in the step.',
    aliases: { paper: 'embedding dropout', salesforce: 'dropoute', fastai1: 'embed_p', fastai2: 'embed_p' },
  },
  weight_p: {
    group: 'dropout',
    kind: 'probability',
    default: 0.2,
    classifierDefault: 0.5,
    meaning:
      'DropConnect on the recurrent weights: raw x mask = derived, one mask for a whole step, all its time steps and rows.',
    aliases: { paper: 'weight drop, DropConnect', salesforce: 'wdrop', fastai1: 'weight_p', fastai2: 'weight_p' },
  },
  drop_mult: {
    group: 'dropout',
    kind: 'number',
    min: 0,
    max: 50,
    default: 1,
    meaning: 'Multiplies all five dropout probabilities (not ps). No product may pass 1.',
    aliases: { fastai1: 'drop_mult', fastai2: 'drop_mult' },
  },
  weight_drop: {
    group: 'dropout',
    kind: 'weight-drop',
    default: { names: ['weight_hh_l0'], granularity: 'element', mode: 'training' },
    meaning: 'Which recurrent weights weight_p drops, in what pieces, and when.',
    aliases: { salesforce: 'WeightDrop', fastai1: 'WeightDropout', fastai2: 'WeightDropout' },
  },
} as const satisfies Table;

/** The keys inside `weight_drop`. */
export const weightDrop = {
  names: {
    group: 'dropout',
    kind: 'strings',
    allowed: ['weight_hh_l0', 'weight_hh_l0_reverse'],
    default: ['weight_hh_l0'],
    meaning: 'The weights that are dropped. The reverse direction is dropped only when it is listed.',
    aliases: { salesforce: 'weights', fastai1: 'layer_names', fastai2: 'layer_names' },
  },
  granularity: {
    group: 'dropout',
    kind: 'choice',
    choices: ['element', 'row', 'column'],
    default: 'element',
    meaning:
      'What is dropped together: single elements, a row (one gate unit loses its recurrent term) or a column (one hidden unit is not heard).',
    aliases: { salesforce: 'variational (row)' },
  },
  mode: {
    group: 'dropout',
    kind: 'choice',
    choices: ['training', 'always', 'off'],
    default: 'training',
    meaning: 'When weights are dropped: in training, always (Monte Carlo dropout), or never.',
  },
} as const satisfies Table;
