/** What each kind of dropout does, in words for hovers: on which tensor, its mask's shape, what it is constant along. */
import type { Site } from './callables.ts';

export interface SiteWords {
  readonly title: string;
  readonly tensor: string;
  /** Axis names: V vocabulary, E embedding, B batch, T time, H hidden. */
  readonly mask: string;
  readonly constantAlong: string;
  /** Rows and columns of a small picture and along which of them the mask does not change. */
  readonly picture: { readonly rows: string; readonly columns: string; readonly constant: 'rows' | 'columns' | 'none' };
}

const overTime = {
  constantAlong: 'time: a feature dropped for a row of the batch is dropped at all of its time steps',
  picture: { rows: 'time', columns: 'features', constant: 'rows' },
} as const;

export const siteWords: Readonly<Record<Site, SiteWords>> = {
  embedding: {
    title: 'Embedding dropout: drops whole words',
    tensor: 'the embedding matrix [V, E]',
    mask: '[V, 1]',
    constantAlong: 'features, and every place where the word occurs in the step',
    picture: { rows: 'words', columns: 'features', constant: 'columns' },
  },
  input: {
    title: 'Locked dropout on the input',
    tensor: 'the embedded input [B, T, E]',
    mask: '[B, 1, E]',
    ...overTime,
  },
  hidden: {
    title: 'Locked dropout between LSTM layers (not after the last)',
    tensor: "each layer's output [B, T, H]",
    mask: '[B, 1, H]',
    ...overTime,
  },
  output: {
    title: 'Locked dropout before the decoder',
    tensor: "the last layer's output [B, T, E]",
    mask: '[B, 1, E]',
    ...overTime,
  },
  locked: {
    title: 'Locked (variational) dropout',
    tensor: 'the activations [B, T, features]',
    mask: '[B, 1, features]',
    ...overTime,
  },
  weight: {
    title: 'Weight drop (DropConnect): raw x mask = derived',
    tensor: 'the recurrent weights weight_hh_l0 [4H, H]; raw is learned, derived is used',
    mask: '[4H, H]',
    constantAlong: 'time and batch: one mask for the whole forward call',
    picture: { rows: 'gate units', columns: 'hidden units', constant: 'none' },
  },
  element: {
    title: 'Dropout of single elements',
    tensor: 'its input, whatever its shape',
    mask: 'the shape of the input',
    constantAlong: 'nothing: every element is drawn alone, also at every time step',
    picture: { rows: 'time', columns: 'features', constant: 'none' },
  },
  channel: {
    title: 'Dropout of whole channels',
    tensor: 'its input [N, C, …]',
    mask: '[N, C, 1, …]',
    constantAlong: 'everything within a channel',
    picture: { rows: 'channels', columns: 'positions', constant: 'columns' },
  },
  'between-layers': {
    title: "Dropout on each LSTM layer's output but the last",
    tensor: "each layer's output",
    mask: 'the shape of that output',
    constantAlong: 'nothing: every element and time step is drawn alone (not locked)',
    picture: { rows: 'time', columns: 'features', constant: 'none' },
  },
  head: {
    title: "Dropout in the classifier's head",
    tensor: 'the pooled features',
    mask: 'the shape of its input',
    constantAlong: 'nothing',
    picture: { rows: 'documents', columns: 'features', constant: 'none' },
  },
};
