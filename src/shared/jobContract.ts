/**
 * Jobs the engine does besides training runs: one question, one answer, nothing that lives on. The command line asks
 * them; paths are absolute.
 */
import type { BenchRequest, BenchResult } from './benchContract.ts';
import type { BackendReport } from './backendReport.ts';
import type { StartRequest } from './engineContract.ts';

/** One forward and backward pass with everything given (docs/contracts.md, sections 2 and 4). */
export interface TraceRequest {
  readonly config: string;
  /** Safetensors in any key style. */
  readonly weights: string;
  /** {"input": [[…]], "target": [[…]]}, both [B, T]. */
  readonly tokens: string;
  /** Without it they are drawn from the config's seed, as in a run's first step. */
  readonly masks?: string;
  readonly mode: 'train' | 'eval';
  /** Wins over the config's. */
  readonly backend?: string;
  readonly nativePath?: string;
  readonly out: string;
}

export interface TraceResult {
  readonly file: string;
  readonly tensors: number;
  readonly loss: number;
  readonly ce: number;
  readonly ar: number;
  readonly tar: number;
  readonly backend: BackendReport;
  readonly warnings: readonly string[];
  /** The first tensor that is not finite, in the order of computation; the trace is written all the same. */
  readonly nonFinite?: string;
}

/** The same pass for the last recorded step of a run: its parameters, masks and tokens, from a zero state. */
export interface RecordedTraceRequest {
  /** The run's folder. */
  readonly folder: string;
  readonly nativePath?: string;
  readonly out: string;
}

/** Of which step it is. */
export type RecordedTraceResult = TraceResult & { readonly step: number };

export const keyStyles = ['dropscope', 'fastai2', 'fastai1', 'salesforce'] as const;

/** How public AWD-LSTM code names the tensors of one and the same model. */
export type KeyStyle = (typeof keyStyles)[number];

export interface ConvertRequest {
  /** A weights file in any key style, or a run folder: its latest checkpoint. */
  readonly checkpoint: string;
  readonly to: KeyStyle;
  readonly out: string;
}

export interface ConvertResult {
  readonly file: string;
  /** The file that was read. */
  readonly from: string;
  readonly names: readonly string[];
}

export const exportFormats = ['tensorboard', 'csv'] as const;

/** Whose files a run's numbers are written as: an event file of TensorBoard, or tables. */
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportRequest {
  /** The run's folder; it may train meanwhile. */
  readonly folder: string;
  readonly to: ExportFormat;
  /** A folder that is new or empty. */
  readonly out: string;
}

/** How far an export is. */
export interface ExportProgress {
  /** The request's `out`. */
  readonly out: string;
  /** The step it is at, of so many. */
  readonly step: number;
  readonly steps: number;
}

export interface ExportResult {
  readonly to: ExportFormat;
  readonly folder: string;
  readonly files: readonly string[];
  /** Of all files together. */
  readonly bytes: number;
  /** The run's last step. */
  readonly steps: number;
  /** Distinct names of curves, or columns of the tables; and of histograms. */
  readonly curves: number;
  readonly histograms: number;
  /** What is missing or was put elsewhere, a sentence each. */
  readonly notes: readonly string[];
}

export interface GenerateRequest {
  /** A run folder (its best checkpoint, else its latest), or a weights file with vocab.json beside or above it. */
  readonly checkpoint: string;
  readonly prompt: string;
  /** How many tokens to add. */
  readonly tokens: number;
  /** 1 leaves the model's distribution, 0 always takes the likeliest token. */
  readonly temperature: number;
  /** Only the k likeliest tokens; all when absent. */
  readonly topK?: number;
  /** The run's own when absent. */
  readonly seed?: number;
  readonly backend?: string;
  readonly nativePath?: string;
}

export interface GenerateResult {
  /** The prompt as it was read, and what was added to it. */
  readonly text: string;
  /** The tokens that were added. */
  readonly tokens: readonly string[];
  readonly from: string;
  readonly seed: number;
  readonly backend: BackendReport;
  readonly warnings: readonly string[];
}

/** Every promise of docs/design.md held against real steps. Corpus and config as for a run; nothing is written. */
export type VerifyRequest = Pick<
  StartRequest,
  'corpus' | 'base' | 'configFile' | 'config' | 'overrides' | 'init' | 'nativePath'
> & {
  readonly steps: number;
};

/** Whether one promise held: a sentence for people, and the number it rests on. */
export interface PromiseVerdict {
  /** Stable name, for example "who-learns". */
  readonly promise: string;
  readonly title: string;
  readonly holds: boolean;
  readonly sentence: string;
  readonly number: number;
  /** What the number counts. */
  readonly unit: string;
}

export interface VerifyResult {
  readonly holds: boolean;
  readonly steps: number;
  readonly backend: BackendReport;
  readonly corpus: 'given' | 'made up';
  readonly promises: readonly PromiseVerdict[];
  readonly warnings: readonly string[];
}

/** method: [parameters, result] */
export interface JobRequests {
  bench: [BenchRequest, BenchResult];
  trace: [TraceRequest, TraceResult];
  recordedTrace: [RecordedTraceRequest, RecordedTraceResult];
  convert: [ConvertRequest, ConvertResult];
  exportRun: [ExportRequest, ExportResult];
  generate: [GenerateRequest, GenerateResult];
  verify: [VerifyRequest, VerifyResult];
}
