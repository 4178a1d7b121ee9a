/**
 * What one row of the hyper-parameter table says. The kinds are few on purpose: each one has one way to be checked,
 * one JSON schema and one TypeScript type.
 */

export type HyperparameterGroup = 'model' | 'dropout' | 'data' | 'training';

/** Names of the same quantity elsewhere, for hovers and for "did you mean". */
export interface Aliases {
  /** The AWD-LSTM or ULMFiT paper's word or symbol. */
  readonly paper?: string;
  /** Command-line flag of salesforce/awd-lstm-lm, without dashes. */
  readonly salesforce?: string;
  readonly fastai1?: string;
  readonly fastai2?: string;
}

interface Row {
  readonly group: HyperparameterGroup;
  /** One or two sentences for a hover. */
  readonly meaning: string;
  /** What one unit of the number is: "features", "tokens", "steps". */
  readonly unit?: string;
  readonly aliases?: Aliases;
}

/** Inclusive bounds, unless `exclusive` says that the lower one is not allowed itself. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly exclusive?: boolean;
  readonly integer?: boolean;
}

export type Hyperparameter =
  | (Row &
      Bounds & {
        readonly kind: 'number';
        readonly default: number | null;
        readonly nullable?: true;
        readonly characterDefault?: number;
      })
  | (Row & { readonly kind: 'probability'; readonly default: number; readonly classifierDefault: number })
  | (Row & { readonly kind: 'boolean'; readonly default: boolean })
  | (Row & { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default: string })
  | (Row & Bounds & { readonly kind: 'numbers'; readonly length?: number; readonly default: readonly number[] })
  | (Row & { readonly kind: 'strings'; readonly default: readonly string[]; readonly allowed?: readonly string[] })
  | (Row & Bounds & { readonly kind: 'rate'; readonly default: number })
  | (Row & { readonly kind: 'labels'; readonly default: 'folders' })
  | (Row & { readonly kind: 'weight-drop'; readonly default: object });

export type Table = Readonly<Record<string, Hyperparameter>>;
