/** What `dropscope bench` asks the engine, and what it answers: milliseconds of a training step. */

export const benchSizes = ['tiny', 'small', 'medium', 'ulmfit'] as const;
export type BenchSize = (typeof benchSizes)[number];

export const benchModes = ['captured', 'eager'] as const;
export type BenchMode = (typeof benchModes)[number];

/** What is observed meanwhile: nothing; what a run with its panel closed keeps; also what an open panel asks for. */
export const benchObservations = ['off', 'on', 'visible'] as const;
export type BenchObservation = (typeof benchObservations)[number];

/** Anything but off alternates with off, so that its cost is known; `all` alternates the three. */
export const benchIntrospections = [...benchObservations, 'all'] as const;
export type BenchIntrospection = (typeof benchIntrospections)[number];

/** Sizes of a model and its batches, under the names of a config. */
export interface BenchDimensions {
  readonly vocab_sz: number;
  readonly emb_sz: number;
  readonly n_hid: number;
  readonly n_layers: number;
  readonly bs: number;
  readonly bptt: number;
}

export interface BenchRequest {
  readonly size: BenchSize;
  readonly backend: string;
  readonly mode?: BenchMode;
  readonly threads?: number;
  /** Timed steps, in each round. */
  readonly steps?: number;
  /** Rounds of all that is compared. Without one: 1 when nothing is, 5 for introspection, 3 with PyTorch. */
  readonly rounds?: number;
  readonly introspection: BenchIntrospection;
  /** Whether kernels are timed one by one, in steps of their own. */
  readonly profile?: boolean;
  /** Alternates with PyTorch: a Python that has torch, and the script of its side. */
  readonly torch?: { readonly python: string; readonly script: string };
  readonly nativePath?: string;
}

export interface BenchTorch {
  readonly version: string;
  readonly threads: number;
  /** Median over its steps. */
  readonly ms: number;
  readonly fastest: number;
  /** Our milliseconds divided by PyTorch's, a round each; medians of the round. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** The largest difference of a gradient, as a share of that gradient's largest value, with the same masks. */
  readonly gradients: { readonly worst: number; readonly name: string };
}

/** What introspection adds, from rounds alternated with steps that nothing observes. */
export interface BenchCost {
  readonly introspection: Exclude<BenchObservation, 'off'>;
  /** Median step; what is done only now and then is in `ratios` alone. */
  readonly ms: number;
  /** Milliseconds of all steps of a round, divided by those of as many steps with introspection off. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** The fastest round divided by the fastest one with introspection off: what is left of it on a busy machine. */
  readonly leastRatio: number;
  /**
   * The two parts of it, each as a share of a step and the median of the rounds: time spent on looking beside the steps of the
   * same round, which a drifting machine slows alike; and how much slower the median step itself is than with introspection off.
   */
  readonly looking: number;
  readonly slower: number;
}

/** One line of a profile: milliseconds of one eager step. */
export interface BenchProfilePart {
  readonly part: string;
  readonly ms: number;
  /** Calls of kernels in a step. */
  readonly calls: number;
}

export interface BenchProfile {
  /** A whole eager step; what its kernels do not take is bookkeeping between them. */
  readonly ms: number;
  /** By what a person would call it, the dearest first. They and `outside` add up to `ms`. */
  readonly parts: readonly BenchProfilePart[];
  readonly outside: number;
  /** The same by the kernels' own names. */
  readonly kernels: readonly BenchProfilePart[];
}

export interface BenchResult {
  readonly size: BenchSize;
  readonly backend: string;
  readonly mode: BenchMode;
  readonly threads: number;
  /** In each round. */
  readonly steps: number;
  readonly rounds: number;
  readonly introspection: BenchIntrospection;
  /** Median of the timed steps, after steps that are not counted; with introspection off when `all` were asked for. */
  readonly ms: number;
  readonly fastest: number;
  /** Milliseconds of forward alone, of what backward and clipping add, and of what updating adds. */
  readonly parts: { readonly forward: number; readonly backward: number; readonly update: number };
  /** From the first step's beginning to its end: what is prepared once is in it. */
  readonly firstStepMs: number;
  readonly tokensPerSecond: number;
  /** Multiplications and additions of a step in the model's products, in 1e9 a second, over its median. */
  readonly gflops: number;
  /** The best that one large product reached on these threads, between the rounds. */
  readonly peakGflops: number;
  /** The best of each pause between rounds: how steady the machine was. */
  readonly peaks: readonly number[];
  /** The fastest step's arithmetic as a share of `peakGflops`: other work on the machine slows both sides alike. */
  readonly peakShare: number;
  readonly costs: readonly BenchCost[];
  readonly profile?: BenchProfile;
  readonly torch?: BenchTorch;
  /** What the trainer said of how steps are run. */
  readonly said: readonly string[];
}
