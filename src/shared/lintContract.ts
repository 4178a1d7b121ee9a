/**
 * What passes between the extension host and the worker thread that reads code: a document in, everything the editor
 * shows about it out. Offsets are those of the document's text.
 */
import type { SiteDescription } from './engineContract.ts';
import type { Finding } from './finding.ts';

export interface LintRequest {
  readonly id: number;
  /** Names the document for as long as it is open, so that an edit is parsed on top of the last state. */
  readonly key: string;
  /** Its ending tells the kind: .py, .json. */
  readonly file: string;
  readonly text: string;
}

/** A small picture of a mask: what its axes are, and along which the mask does not change. */
export interface MaskPicture {
  readonly rows: string;
  readonly columns: string;
  readonly constant: 'rows' | 'columns' | 'none';
}

/** One dropout setting, for a hover. */
export interface Description {
  readonly from: number;
  readonly to: number;
  readonly key: string;
  readonly title: string;
  readonly tensor: string;
  /** The mask's shape in axis names, for example "[B, 1, E]". */
  readonly mask: string;
  readonly constantAlong: string;
  readonly picture: MaskPicture;
  /** The value in the code; null when it cannot be told. */
  readonly configured: number | null;
  /** The factor drop_mult; null when it cannot be told. */
  readonly factor: number | null;
  /** After drop_mult; null when it cannot be told. */
  readonly p: number | null;
}

/** Text shown inside the code: an effective p behind a value, the name of a positional argument before it. */
export interface Hint {
  readonly at: number;
  readonly label: string;
  readonly kind: 'value' | 'parameter';
}

/** Settings that a run can be started with. */
export interface Lens {
  readonly at: number;
  readonly config: Readonly<Record<string, number | boolean>>;
}

/** One of a config's dropout probabilities. */
export interface ConfigDropout {
  readonly key: string;
  /** Before drop_mult. */
  readonly configured: number;
  /** Whether the document itself says so; otherwise it is a default. */
  readonly given: boolean;
}

/** A whole AWD-LSTM as a document describes it: what a preview draws. */
export interface ConfigInCode {
  /** What it is, for a heading. */
  readonly title: string;
  /** Where a lens over it belongs; null when it has none. */
  readonly lens: number | null;
  /** The places that belong to it, whole lines. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  /** In the order of the forward pass; empty with a `problem`. */
  readonly sites: readonly SiteDescription[];
  readonly dropouts: readonly ConfigDropout[];
  /** The published config to compare with. */
  readonly reference: { readonly title: string; readonly values: Readonly<Record<string, number>> };
  readonly dropMult: number;
  readonly seed: number;
  /** What had to be assumed, in words. */
  readonly notes: readonly string[];
  /** Why nothing can be drawn, or "". */
  readonly problem: string;
}

export interface LintResult {
  readonly findings: readonly Finding[];
  readonly descriptions: readonly Description[];
  readonly hints: readonly Hint[];
  readonly lenses: readonly Lens[];
  readonly configs: readonly ConfigInCode[];
}

export type LintAnswer = { readonly id: number } & ({ readonly result: LintResult } | { readonly error: string });
