/**
 * Everything that passes between the engine process and whoever drives it (extension host or command line), as one
 * typed contract. Scalars of each step are pushed, coalesced; tensors are pulled, reduced to what a view can show.
 * Typed arrays travel as they are (structured clone over IPC); NaN is allowed in them and in scalars on this boundary.
 */
import type { BackendReport } from './backendReport.ts';
import type { Breakpoint, BreakpointHit } from './breakpoint.ts';
import type { CheckpointRequests } from './checkpointContract.ts';
import type { Halting } from './halting.ts';
import type { Config } from './hyperparameters.ts';
import type { ExportProgress, JobRequests } from './jobContract.ts';
import type { ParameterNode } from './parameterNode.ts';
import type { StepRequests } from './stepContract.ts';
import type { WhatIfProgress } from './whatIf.ts';

export const PROTOCOL_VERSION = 1;

/** How long an engine may go on writing what a run that has ended left to be written, once its owner has let go of it. */
export const LEAVE_MS = 10_000;

export interface EngineHello {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly node: string;
}

/** Life of a run. "interrupted" is never written: it is a "running" or "paused" run whose process is gone. */
export type RunStatus = 'starting' | 'running' | 'paused' | 'done' | 'stopped' | 'failed' | 'interrupted';

export interface StartRequest {
  /** The run folder; created, or with `resume` continued in place. */
  readonly folder: string;
  /** Shown in lists; without one the first corpus file's name. */
  readonly name?: string;
  /** Files, folders or globs, absolute or relative to `base`. Empty when the config's own `corpus` is meant. */
  readonly corpus: readonly string[];
  /** Texts that are no files (a selection, an unsaved editor): kept in the run folder, so that it can be resumed. */
  readonly documents?: readonly { readonly name: string; readonly text: string }[];
  readonly base: string;
  /** At most one of the two; with neither the preset "small" is used. */
  readonly configFile?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Flags and command arguments: they win over the config. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Initial weights, a safetensors file under the names of docs/contracts.md section 4. */
  readonly init?: string;
  readonly resume?: boolean;
  /** The native backend's folder (setting dropscope.nativePath), if one is set. */
  readonly nativePath?: string;
  /** Recorded in run.json: "vscode" or "cli". */
  readonly host: string;
  /** What a bad moment does: an editor pauses and asks, the command line ends the run as failed. */
  readonly onTrouble: 'pause' | 'fail';
  /** Most of the training time that introspection may take, in percent (setting dropscope.introspection.budgetPercent). */
  readonly budgetPercent?: number;
  /** Conditions at which the run pauses, or with `onTrouble` "fail" ends; without a list those that everyone starts with. */
  readonly breakpoints?: readonly Breakpoint[];
}

export type SiteKind = 'embedding' | 'activation' | 'weight';

/** One place where dropout happens. */
export interface SiteDescription {
  /** Mask name of docs/contracts.md section 4. */
  readonly name: string;
  readonly kind: SiteKind;
  /** Mask shape, for example [16, 1, 64]. */
  readonly shape: readonly number[];
  /** As written in the config, and after drop_mult. */
  readonly configured: number;
  readonly p: number;
  /** Independent draws of one step: the n of every band. */
  readonly draws: number;
  /** Axes in words: what the mask is constant along and varies along, with sizes. */
  readonly constantAlong: readonly { readonly axis: string; readonly size: number }[];
  readonly variesAlong: readonly { readonly axis: string; readonly size: number }[];
  /** Only for weights: the raw parameter this mask multiplies. */
  readonly raw?: string;
  readonly granularity?: 'element' | 'row' | 'column';
}

export interface RunDescription {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly config: Config;
  readonly backend: BackendReport;
  readonly vocabSize: number;
  readonly trainTokens: number;
  readonly validTokens: number;
  /** Of the texts, whatever their order and names; equal for equal texts. */
  readonly corpusHash: string;
  /** Perplexity of the validation split under the training split's word frequencies. */
  readonly unigramPerplexity: number;
  readonly plannedSteps: number;
  readonly stepsPerEpoch: number;
  readonly parameterCount: number;
  readonly tree: readonly ParameterNode[];
  readonly sites: readonly SiteDescription[];
}

export interface ParameterStats {
  /** Norm of the weight in the forward pass. */
  readonly w: number;
  /** Gradient norm before clipping; null where the leaf got no gradient at all. */
  readonly g: number | null;
  /** Norm of the update divided by norm of the weight. */
  readonly u: number;
}

export interface SiteStats {
  /** After drop_mult. */
  readonly p: number;
  /** Share of independent draws that were kept. */
  readonly kept: number;
  readonly draws: number;
}

/** A line of metrics.jsonl: one training step, counted from 1. */
export interface TrainLine {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly ce: number;
  readonly ar: number;
  readonly tar: number;
  readonly ppl: number;
  readonly lr: number;
  readonly bptt: number;
  readonly tokens: number;
  readonly ms: number;
  readonly grad_norm: number;
  readonly grad_norm_clipped: number;
  readonly non_finite: number;
  readonly introspection_ms: number;
  readonly params?: Readonly<Record<string, ParameterStats>>;
  readonly sites?: Readonly<Record<string, SiteStats>>;
}

/** A line of metrics.jsonl: one evaluation over the validation split. */
export interface EvalLine {
  readonly step: number;
  readonly split: 'valid';
  readonly ce: number;
  readonly ppl: number;
  readonly clean_eval: boolean;
  /** Present when the averaged weights of NT-ASGD were evaluated. */
  readonly averaged?: true;
}

/** Training lines as columns: what travels and what charts draw. All arrays have one length. */
export interface TrainColumns {
  readonly step: Float64Array;
  readonly loss: Float32Array;
  readonly ce: Float32Array;
  readonly gradNorm: Float32Array;
  readonly gradNormClipped: Float32Array;
  readonly lr: Float32Array;
  readonly ms: Float32Array;
  readonly introspectionMs: Float32Array;
  readonly tokens: Float32Array;
  /** Gradient norm by parameter name; NaN on steps whose line holds no `params`. */
  readonly paramGrad: Readonly<Record<string, Float32Array>>;
  /** Update-to-weight ratio by parameter name; NaN likewise. */
  readonly paramUpdate: Readonly<Record<string, Float32Array>>;
  /** Kept share by mask name; NaN on steps whose line holds no `sites`. */
  readonly kept: Readonly<Record<string, Float32Array>>;
}

export interface EvalColumns {
  readonly step: Float64Array;
  readonly ce: Float32Array;
  readonly cleanEval: Uint8Array;
}

export interface MetricsUpdate {
  readonly run: string;
  readonly train: TrainColumns;
  readonly valid: EvalColumns;
  /** The newest training line, with `params` and `sites` of the newest line that has them. */
  readonly latest: TrainLine | null;
  readonly latestEval: EvalLine | null;
  readonly tokensPerSecond: number;
  /** Estimated; NaN until it can be. */
  readonly secondsLeft: number;
  /** Share of training time spent on introspection, 0 to 1. */
  readonly introspectionShare: number;
}

export interface StatusUpdate {
  readonly run: string;
  readonly status: RunStatus;
  readonly step: number;
  readonly plannedSteps: number;
  /** For people: what is being prepared, or why the run paused or failed. */
  readonly message?: string;
  /** On trouble with numbers: the first tensor that was not finite. */
  readonly tensor?: string;
  /** The breakpoints that this pause is due to. */
  readonly hits?: readonly BreakpointHit[];
  /** While it runs on after it was asked to pause or to stop. */
  readonly halting?: Halting;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

/** Half-open ranges of rows and columns of a tensor seen as a matrix ([B, 1, F] is B x F). */
export interface Window {
  readonly row: number;
  readonly rows: number;
  readonly col: number;
  readonly cols: number;
}

/** How a block of cells became one number. "exact" when every cell was sent. */
export type Reducer = 'exact' | 'extreme' | 'mean';

/** A reduced piece of a tensor. */
export interface Tile {
  readonly name: string;
  readonly shape: readonly number[];
  readonly window: Window;
  /** Cells of a block; 1 x 1 when exact. */
  readonly blockRows: number;
  readonly blockCols: number;
  readonly reducer: Reducer;
  /** Row-major, ceil(rows/blockRows) x ceil(cols/blockCols). "extreme": the value of largest magnitude; masks: the mean of kept (0 to 1). */
  readonly data: Float32Array;
}

/** Facts about a whole tensor, for legends and colour scales. */
export interface TensorSummary {
  readonly cells: number;
  readonly zeros: number;
  readonly nonFinite: number;
  readonly norm: number;
  /** 99.5th percentile of |x| over finite cells. */
  readonly limit: number;
  /** Equal bins over [-limit, limit]; values outside count in the end bins; exact zeros that a mask made are left out. */
  readonly histogram: Uint32Array;
}

export interface Pane {
  readonly overview: Tile;
  readonly detail: Tile;
  readonly summary: TensorSummary;
}

/** raw x mask = derived -> gradient, all of one and the same step. */
export interface WeightView {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  readonly mask: string;
  readonly shape: readonly [number, number];
  readonly gates: boolean;
  readonly p: number;
  readonly panes: { readonly raw: Pane; readonly mask: Pane; readonly derived: Pane; readonly gradient: Pane };
  readonly facts: {
    readonly cells: number;
    /** Cells where derived equals raw x mask bit for bit. */
    readonly equal: number;
    readonly dropped: number;
    readonly gradientZeros: number;
    /** Cells where the gradient is 0 and the mask is 0 too. */
    readonly gradientZerosDropped: number;
  };
}

export interface MaskView {
  readonly step: number;
  readonly mode: 'train' | 'eval';
  readonly site: SiteDescription;
  readonly tile: Tile;
  readonly kept: number;
  /** Only for the embedding: words dropped at this step, most frequent in the batch first. */
  readonly droppedWords?: readonly { readonly id: number; readonly word: string; readonly inBatch: number }[];
  /** Labels of the rows of the tile where they have names (words of the vocabulary). */
  readonly rowLabels?: readonly string[];
}

/** The tokens of the recorded step, for the text view. */
export interface BatchView {
  readonly step: number;
  readonly rows: number;
  readonly length: number;
  readonly input: Int32Array;
  /** Distinct token ids of the batch and their words. */
  readonly ids: Int32Array;
  readonly words: readonly string[];
  readonly dropped: Uint8Array;
}

export interface WindowRequest {
  readonly run: string;
  readonly name: string;
  /** Without one: the whole tensor. */
  readonly window?: Window;
  /** Most cells of one tile. */
  readonly maxCells: number;
  /** The kept step nearest to this one; without it the newest. */
  readonly step?: number;
}

/** method: [parameters, result] */
export interface EngineRequests extends JobRequests, StepRequests, CheckpointRequests {
  hello: [null, EngineHello];
  start: [StartRequest, RunDescription];
  /** Resolves when the run stands still. One that is on its way there may be asked again. */
  pause: [{ run: string }, null];
  resume: [{ run: string }, null];
  /** One step of a paused run. */
  step: [{ run: string }, null];
  /** Ends the run with a checkpoint; resolves when it is written, and the run's last step. */
  stop: [{ run: string }, null];
  /** From its next step on these are the run's breakpoints. Rejects with a sentence when a condition cannot be read. */
  breakpoints: [{ run: string; list: readonly Breakpoint[] }, null];
  /** Resolves when a run that has ended has written its earlier steps too. */
  settle: [null, null];
  /** Everything known of a run, live or from its folder. */
  history: [{ folder: string; maxPoints: number }, MetricsUpdate];
  describe: [{ folder: string }, RunDescription];
  weight: [WindowRequest, WeightView];
  mask: [WindowRequest, MaskView];
  batch: [{ run: string; step?: number }, BatchView];
  /** A whole tensor of the kept step nearest to `step`, else the newest; names of docs/contracts.md section 4. */
  tensor: [{ run: string; name: string; step?: number }, { step: number; shape: number[]; data: Float32Array }];
}

export interface EngineNotifications {
  status: StatusUpdate;
  metrics: MetricsUpdate;
  log: LogLine;
  /** How far the answer to a what-if question is. */
  whatIfProgress: WhatIfProgress;
  /** How far an export is: a few times a second while one is written. */
  exportProgress: ExportProgress;
}
