/** What the page remembers across reloads: choices only. Numbers are asked for again. */
import type { WebviewApi } from '../shared/hostConnection.ts';
import type { WhatIfChoice } from './whatIfState.ts';
import {
  sectionsInPlace,
  type ActivationChoice,
  type HistogramChoice,
  type InPlace,
  type PageState,
  type ReachOf,
} from './store.ts';
import type { Viewport } from '../shared/viewport.ts';

export interface Kept {
  /** What the tree had selected when it was last heard of: only a new choice there overrides the page's. */
  readonly tree: string;
  readonly selected: string;
  readonly measure: 'loss' | 'perplexity';
  readonly allParameters: boolean;
  readonly viewport: Viewport | null;
  readonly lossTint: boolean;
  readonly elementDropout: boolean;
  readonly reachOf: ReachOf;
  readonly inPlace: InPlace;
  readonly whatIf: WhatIfChoice;
  readonly histogram: HistogramChoice;
  readonly activation: ActivationChoice;
  readonly otherRun: string;
  readonly comparedSite: string;
}

/** Reads what was kept; whatever is missing or of another form gets its first value. */
export function restore(state: unknown): Kept {
  const held = (typeof state === 'object' && state !== null ? state : {}) as Partial<Record<keyof Kept, unknown>>;
  return {
    tree: typeof held.tree === 'string' ? held.tree : '',
    selected: typeof held.selected === 'string' ? held.selected : '',
    measure: held.measure === 'perplexity' ? 'perplexity' : 'loss',
    allParameters: held.allParameters === true,
    viewport: isViewport(held.viewport) ? held.viewport : null,
    lossTint: held.lossTint === true,
    elementDropout: held.elementDropout === true,
    reachOf: held.reachOf === 'loss' ? 'loss' : 'prediction',
    inPlace: sectionsInPlace.find((name) => name === held.inPlace) ?? '',
    whatIf: whatIfOf(held.whatIf),
    histogram: histogramOf(held.histogram),
    activation: activationOf(held.activation),
    otherRun: typeof held.otherRun === 'string' ? held.otherRun : '',
    comparedSite: typeof held.comparedSite === 'string' ? held.comparedSite : '',
  };
}

let last = '';

export function keep(api: WebviewApi, state: PageState): void {
  const { summary, tree, selected, measure, allParameters, viewport, whatIf } = state;
  const { lossTint, elementDropout, reachOf, inPlace, histogram, activation, otherRun, comparedSite } = state;
  // The run is for the host, which restores the panel of a window that was closed.
  const run = summary?.id ?? '';
  const choices: Kept = {
    tree,
    selected,
    measure,
    allParameters,
    viewport,
    lossTint,
    elementDropout,
    reachOf,
    inPlace,
    whatIf,
    histogram,
    activation,
    otherRun,
    comparedSite,
  };
  const kept: Kept & { run: string } = { run, ...choices };
  const text = JSON.stringify(kept);
  if (text === last || !summary) return;
  last = text;
  api.setState(kept);
}

function histogramOf(value: unknown): HistogramChoice {
  const held = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof HistogramChoice, unknown>
  >;
  return {
    name: typeof held.name === 'string' ? held.name : '',
    of: held.of === 'gradient' ? 'gradient' : 'weight',
    style: held.style === 'bands' ? 'bands' : 'ridgeline',
  };
}

function activationOf(value: unknown): ActivationChoice {
  const held = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof ActivationChoice, unknown>
  >;
  const whole = (part: unknown, least: number, most: number) =>
    typeof part === 'number' && Number.isInteger(part) && part >= least && part <= most ? part : least;
  return { layer: whole(held.layer, 0, 1000), gate: whole(held.gate, -1, 3) };
}

function whatIfOf(value: unknown): WhatIfChoice {
  const held = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof WhatIfChoice, unknown>
  >;
  const changes = typeof held.changes === 'object' && held.changes !== null ? held.changes : {};
  const numbers = Object.entries(changes).filter(([, number]) => typeof number === 'number');
  return {
    run: typeof held.run === 'string' ? held.run : '',
    step: typeof held.step === 'number' ? held.step : 0,
    changes: Object.fromEntries(numbers),
  };
}

function isViewport(value: unknown): value is Viewport {
  if (typeof value !== 'object' || value === null) return false;
  const { row, col, cell } = value as Partial<Record<keyof Viewport, unknown>>;
  return [row, col, cell].every((part) => typeof part === 'number' && Number.isFinite(part) && part >= 0);
}
