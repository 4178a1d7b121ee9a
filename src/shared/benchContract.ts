/** What `dropscope bench` asks the engine, and what it answers: milliseconds of a training step. */

export const benchSizes = ['tiny', 'small', 'medium', 'ulmfit'] as const;
export type BenchSize = (typeof benchSizes)[number];

export const benchModes = ['captured', 'eager'] as const;
export type BenchMode = (typeof benchModes)[number];

/** What is observed meanwhile: nothing; what a run records; also what an open panel reads four times a second. */
export const benchIntrospections = ['off', 'on', 'visible'] as const;
export type BenchIntrospection = (typeof benchIntrospections)[number];

export interface BenchRequest {
  readonly size: BenchSize;
  readonly backend: string;
  readonly mode?: BenchMode;
  readonly threads?: number;
  /** Timed steps, in each round. */
  readonly steps?: number;
  readonly introspection: BenchIntrospection;
  /** Alternates with PyTorch: a Python that has torch, and the script of its side. */
  readonly torch?: { readonly python: string; readonly script: string; readonly rounds: number };
  readonly nativePath?: string;
}

export interface BenchTorch {
  readonly version: string;
  readonly threads: number;
  /** Median over its steps. */
  readonly ms: number;
  readonly fastest: number;
  /** Our milliseconds divided by PyTorch's, a round each. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** The largest difference of a gradient, as a share of that gradient's largest value, with the same masks. */
  readonly gradients: { readonly worst: number; readonly name: string };
}

export interface BenchResult {
  readonly size: BenchSize;
  readonly backend: string;
  readonly mode: BenchMode;
  readonly threads: number;
  readonly steps: number;
  readonly introspection: BenchIntrospection;
  /** Median of the timed steps, after steps that are not counted. */
  readonly ms: number;
  readonly fastest: number;
  /** Milliseconds of forward alone, of what backward and clipping add, and of what updating adds. */
  readonly parts: { readonly forward: number; readonly backward: number; readonly update: number };
  /** From the first step's beginning to its end: what is prepared once is in it. */
  readonly firstStepMs: number;
  readonly tokensPerSecond: number;
  /** Multiplications and additions of a step in the model's products, in 1e9 a second, and what one large product reaches. */
  readonly gflops: number;
  readonly peakGflops: number;
  readonly torch?: BenchTorch;
  /** What the trainer said of how steps are run. */
  readonly said: readonly string[];
}
