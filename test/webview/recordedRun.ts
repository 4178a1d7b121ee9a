/**
 * The form of a recorded run: a host's snapshot, and for a few of its kept steps everything the page asks of a step, with
 * whole weights and masks. Typed arrays are written as base64 with their kind, so that NaN and every bit of a float
 * survive.
 */
import type { BatchView, MaskView, WeightView } from '../../src/shared/engineContract.ts';
import type { Snapshot } from '../../src/shared/pageContract.ts';
import type {
  ActivationSeries,
  GateView,
  GradientView,
  HistogramSeries,
  KeptSteps,
  PredictionReach,
  TokenView,
  VerdictView,
} from '../../src/shared/stepContract.ts';
import type { WhatIfView } from '../../src/shared/whatIf.ts';

export interface RecordedStep {
  /** By mask name or, where none is drawn, by parameter name; every tile is exact and whole. */
  readonly weights: Readonly<Record<string, WeightView>>;
  readonly masks: Readonly<Record<string, MaskView>>;
  readonly batch: BatchView;
  readonly verdicts: VerdictView;
  readonly gradients: GradientView;
  readonly gates: GateView;
  readonly reach: PredictionReach;
  readonly tokens: TokenView;
}

export interface RecordedRun {
  readonly snapshot: Snapshot;
  /** What the engine kept; its steps are those of `steps`. */
  readonly kept: KeptSteps;
  readonly steps: Readonly<Record<string, RecordedStep>>;
  readonly histograms: readonly HistogramSeries[];
  /** Of the newest step: as trained, and with some dropouts changed. */
  readonly whatIf: readonly WhatIfView[];
  readonly activations: ActivationSeries;
}

const kinds = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type Kind = keyof typeof kinds;

export function decode(text: string): RecordedRun {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('array' in value) || !('base64' in value)) return value;
    const { array, base64 } = value as { array: Kind; base64: string };
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new kinds[array](bytes.buffer);
  }) as RecordedRun;
}

/** What was recorded of the kept step nearest to `wanted`, of two as near the newer; without `wanted` of the newest. */
export function nearestStep({ steps }: RecordedRun, wanted = Infinity): RecordedStep {
  const known = Object.keys(steps).map(Number);
  const distance = (step: number) => (wanted === Infinity ? -step : Math.abs(step - wanted));
  const [nearest = 0] = known.sort((a, b) => distance(a) - distance(b) || b - a);
  const found = steps[nearest];
  if (!found) throw new Error('the recorded run holds no step');
  return found;
}
