/**
 * What is told of a file of weights: its tree, facts on every tensor, and what can be concluded from raw weights beside
 * derived ones. Numbers are finite or null, so that all of it may pass through JSON; cells travel as tiles.
 */
import type { Pane, Window } from './engineContract.ts';
import type { KeyStyle } from './jobContract.ts';

/** How the tensors are named: by one of the programs that are known, or otherwise. */
export type CheckpointStyle = KeyStyle | 'fastai0.7' | 'encoder' | 'unknown';

/** Over all finite cells of one tensor; null where it has none. */
export interface TensorStatistics {
  readonly mean: number | null;
  /** Standard deviation of the cells themselves (divided by their number). */
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Square root of the sum of squares. */
  readonly norm: number | null;
  /** Cells that are exactly 0. */
  readonly zeros: number;
  readonly nonFinite: number;
}

export interface CheckpointTensor {
  /** As the file has it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** safetensors' name of its type, for example F32. */
  readonly dtype: string;
  readonly cells: number;
  readonly statistics: TensorStatistics;
}

/** A module of the tree, or a tensor in it with what was made from it or is the same. */
export type CheckpointNode =
  | {
      readonly kind: 'module';
      /** Its path in the names of the file; "" for the root. */
      readonly name: string;
      readonly label: string;
      /** Numbers in it, each counted once: without derived weights and ties. */
      readonly cells: number;
      readonly children: readonly CheckpointNode[];
    }
  | {
      readonly kind: 'tensor';
      readonly name: string;
      readonly label: string;
      /** "raw" has its derived weight as `pair`; "derived" is a raw weight's `pair`; "tie" repeats the tensor `same`. */
      readonly role: 'plain' | 'raw' | 'derived' | 'tie';
      readonly pair?: string;
      readonly same?: string;
      readonly children: readonly CheckpointNode[];
    };

/** A sentence on the file, with how it is meant and the tensor it is about. */
export interface CheckpointFinding {
  readonly kind: 'fact' | 'caution' | 'damage';
  readonly sentence: string;
  /** "" when it is about the whole file. */
  readonly tensor: string;
}

export interface CheckpointView {
  /** The file that was read. */
  readonly file: string;
  readonly bytes: number;
  /** For people: "safetensors", "torch zip", "torch before 1.6". */
  readonly format: string;
  readonly style: CheckpointStyle;
  /** The style in words. */
  readonly styleName: string;
  /** Numbers in the file, and those that are not another's derived weight or tie. */
  readonly cells: number;
  readonly distinctCells: number;
  readonly tensors: readonly CheckpointTensor[];
  readonly root: CheckpointNode;
  readonly findings: readonly CheckpointFinding[];
  /** The keys of a config for the model these weights are of; null when they are of none that is known. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Whether a copy without derived weights and ties can be saved in another key style. */
  readonly convertible: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CheckpointPictureRequest {
  readonly file: string;
  readonly name: string;
  /** Without one: the whole tensor, as the overview has it. */
  readonly window?: Window;
  /** Most cells of the window's tile. */
  readonly maxCells: number;
}

/** A tensor seen as a matrix, with its mask and its derived weight where the file holds a pair. */
export interface CheckpointPicture {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** Whether the rows are the four gates of an LSTM, in the order i, f, g, o. */
  readonly gates: boolean;
  readonly raw: Pane;
  /** derived / raw, 0 where derived is 0, and the derived weight; null without a pair. */
  readonly pair: { readonly name: string; readonly mask: Pane; readonly derived: Pane } | null;
}

/** How a file differs from what a config asks for. */
export interface CheckpointComparison {
  readonly config: string;
  /** Names in Dropscope's style, with the shape the config asks for, and a key of the file that looks meant. */
  readonly missing: readonly { readonly name: string; readonly shape: readonly number[]; readonly meant: string }[];
  readonly unexpected: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly misshapen: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly wanted: readonly number[];
  }[];
}

/** method: [parameters, result] */
export interface CheckpointRequests {
  /** Everything about a weights file, or about a run's latest checkpoint. */
  checkpoint: [{ readonly checkpoint: string }, CheckpointView];
  checkpointPicture: [CheckpointPictureRequest, CheckpointPicture];
  /** Holds a file against a config file. */
  compareCheckpoint: [{ readonly checkpoint: string; readonly config: string }, CheckpointComparison];
  /** The file that is meant by a run folder: its latest checkpoint. */
  checkpointFile: [{ readonly checkpoint: string }, { readonly file: string }];
}
