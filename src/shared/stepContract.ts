/**
 * What can be asked of one recorded step, and of the steps that are kept: verdicts, gradients in depth, histograms over
 * time, and which steps can be gone back to. Part of the contract between engine and host, passed on to the page.
 * Numbers that may not be finite are in typed arrays, because the page gets them through JSON.
 */
import type { WhatIfRequest, WhatIfView } from './whatIf.ts';

/** Which steps' tensors can still be viewed. Requests that take a `step` answer with the nearest one kept, and say which. */
export interface KeptSteps {
  /** Ascending; the newest is the most recent recorded step. */
  readonly steps: Float64Array;
  /** Memory they take, and the most they may take, in bytes. */
  readonly bytes: number;
  readonly limitBytes: number;
  /** Every how many steps one was recorded lately: 1 unless the budget for introspection was exceeded. */
  readonly every: number;
  /** Where they are: with the engine that trained, or, once that is gone, in the run folder. */
  readonly where: 'memory' | 'folder';
  /** How recording is kept within its share of the training time; null once nothing trains here. */
  readonly budget: IntrospectionBudget | null;
}

export interface IntrospectionBudget {
  /** Most of the training time that introspection may take. */
  readonly percent: number;
  /** While fewer steps are recorded to stay below it: what it took and what was done, in words; else "". */
  readonly backedOff: string;
}

/** One promise of docs/design.md, checked at a step. */
export interface Verdict {
  readonly rule: 'who-learns' | 'derived' | 'gradient-mask' | 'eval-repeats' | 'kept-rates' | 'nobody-moved';
  /** Null: not checked at this step. */
  readonly holds: boolean | null;
  /** What was seen, what was expected and where, with its numbers. */
  readonly sentence: string;
  /** The parameter or mask it is about, when it is about one. */
  readonly name?: string;
}

export interface VerdictView {
  readonly step: number;
  readonly verdicts: readonly Verdict[];
}

/** How far back in time a loss reaches at one step, before clipping. */
export interface Reach {
  readonly step: number;
  /** By layer: norm of dloss/dh_t over batch, features and directions, for t = 0 .. T-1. */
  readonly timeNorms: readonly Float32Array[];
  /**
   * By layer: how many of the last time steps hold half, and 99 %, of the sum of its norms. Where norms fall off
   * geometrically the first is their half-life.
   */
  readonly halfLife: readonly number[];
  readonly reach99: readonly number[];
}

/** Gradients of one step in depth; its reach is that of the whole loss (docs/contracts.md, grad_t). */
export interface GradientView extends Reach {
  readonly bptt: number;
  readonly saturation: Saturation;
}

/** Saturated gates: sigmoid < 0.05 or > 0.95, |tanh| > 0.95. */
export interface Saturation {
  /** They were counted at so many positions (rows and time steps) of the batch, of so many. */
  readonly counted: number;
  readonly positions: number;
  /** By layer: share (0 to 1) of saturated gates i, f, g, o; empty when not recorded. */
  readonly layers: readonly Float32Array[];
}

/**
 * The reach of the last prediction alone: of the mean cross-entropy at the last time step, over the batch, with the
 * step's own weights and masks.
 */
export interface PredictionReach extends Reach {
  /** Milliseconds that computing it took: whoever follows a live run asks accordingly seldom. */
  readonly ms: number;
}

/** The distribution of one parameter or its gradient over time, in bins chosen once per tensor. */
export interface HistogramSeries {
  readonly name: string;
  readonly of: 'weight' | 'gradient';
  readonly every: number;
  readonly steps: Float64Array;
  /** Bin edges, ascending, symmetric about 0, linear within and logarithmic without (symmetric log); bins + 1 of them. */
  readonly edges: Float64Array;
  /** Row-major, steps x bins. Exact zeros and values that are not finite are counted apart. */
  readonly counts: Uint32Array;
  readonly zeros: Uint32Array;
  readonly nonFinite: Uint32Array;
  /** Row-major, steps x 9: the quantiles 0, .0668, .1587, .3085, .5, .6915, .8413, .9332, 1 of the finite values. */
  readonly quantiles: Float32Array;
}

/** The gates of one layer at one step: how often those of each unit stand at an end of their range, over batch and time. */
export interface LayerGates {
  /** U: units of all directions, those of the reverse one after the others. */
  readonly units: number;
  /** Row-major, [4, U], gates i, f, g, o: share (0 to 1) of positions with sigmoid < 0.05, or for g tanh < -0.95. */
  readonly low: Float32Array;
  /** Likewise with sigmoid > 0.95, or for g tanh > 0.95. */
  readonly high: Float32Array;
}

export interface GateView {
  readonly step: number;
  /** None when the step was kept without. */
  readonly layers: readonly LayerGates[];
}

/** What one LSTM layer gave out, at each step of an ActivationSeries. */
export interface LayerActivations {
  /** Mean and standard deviation of its outputs h, over batch, time, units and directions. */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
  /** Row-major, steps x 4: share of saturated gates i, f, g, o. */
  readonly saturation: Float32Array;
}

/** What the LSTM layers gave out over a run. */
export interface ActivationSeries {
  readonly every: number;
  readonly steps: Float64Array;
  /** Gates were counted at so many positions (rows and time steps) of the batch, of so many; outputs at all. */
  readonly counted: number;
  readonly positions: number;
  /** None before the first step, and of runs that an earlier version trained. */
  readonly layers: readonly LayerActivations[];
}

/** The loss of each token of a recorded step, and what dropout of single elements would have done instead (seed 004). */
export interface TokenView {
  readonly step: number;
  readonly rows: number;
  readonly length: number;
  /** Cross-entropy of each target, [rows, length], in nats. */
  readonly loss: Float32Array;
  /** Targets, [rows, length]. */
  readonly target: Int32Array;
  /** Share of each input vector's elements that nn.Dropout(embed_p) would have dropped, [rows, length]; drawn apart from training. */
  readonly elementDropped: Float32Array;
}

/** method: [parameters, result]; without `step` the newest kept step is meant. */
export interface StepRequests {
  kept: [{ run: string }, KeptSteps];
  verdicts: [{ run: string; step?: number }, VerdictView];
  /** Checks now what takes passes of its own: whether the output follows the raw weights, and whether eval repeats itself. */
  check: [{ run: string }, VerdictView];
  gradients: [{ run: string; step?: number }, GradientView];
  reach: [{ run: string; step?: number }, PredictionReach];
  histograms: [{ run: string; name: string; of: 'weight' | 'gradient' }, HistogramSeries];
  activations: [{ run: string }, ActivationSeries];
  gates: [{ run: string; step?: number }, GateView];
  tokens: [{ run: string; step?: number }, TokenView];
  /** Passes the step again under other dropouts, one pass at a time beside training; cancel it when another is asked. */
  whatIf: [WhatIfRequest, WhatIfView];
}
