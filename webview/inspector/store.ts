/**
 * What the page knows and what the person has chosen, in one place. Views subscribe; they are called at most once a
 * frame, with the names of what changed, and never while the page is hidden (the browser gives it no frames).
 */
import type {
  BatchView,
  MaskView,
  RunDescription,
  SiteDescription,
  WeightView,
} from '../../src/shared/engineContract.ts';
import type { RunFacts, RunSummary } from '../../src/shared/pageContract.ts';
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
import type { ComparedRun } from './comparedRuns.ts';
import type { History } from './history.ts';
import { integer } from '../shared/format.ts';
import { leavesOf } from '../../src/shared/parameterNode.ts';
import type { WhatIfAnswer, WhatIfChoice } from './whatIfState.ts';
import type { Viewport } from '../shared/viewport.ts';

export interface Cell {
  readonly row: number;
  readonly col: number;
}

/** Steps from and to, both included. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** What stands in place of text and gradients: one section at a time, or none. */
export const sectionsInPlace = ['', 'histograms', 'activations', 'compare', 'whatIf'] as const;
export type InPlace = (typeof sectionsInPlace)[number];

/** Which distributions the histograms show, and how. */
export interface HistogramChoice {
  /** Parameter, or "" for that of the weight shown. */
  readonly name: string;
  readonly of: 'weight' | 'gradient';
  readonly style: 'ridgeline' | 'bands';
}

/** What the activations show: a layer, and the gate whose units are listed (0 to 3: i, f, g, o; −1: the most saturated). */
export interface ActivationChoice {
  readonly layer: number;
  readonly gate: number;
}

/** The last prediction alone, or the loss of all predictions together. */
export type ReachOf = 'prediction' | 'loss';

export interface PageState {
  /** "lost": the host has not answered for a while; what is shown may be old. */
  readonly link: 'connecting' | 'live' | 'lost';
  readonly runs: readonly RunSummary[];
  readonly summary: RunSummary | null;
  readonly description: RunDescription | null;
  readonly history: History;
  readonly facts: RunFacts | null;
  /** Mask name of the site shown, or the name of a weight that no mask is drawn for; "" while there is none. */
  readonly selected: string;
  /** What the tree had selected when it was last heard of. */
  readonly tree: string;
  /** The step looked at on the timeline; null follows the newest. */
  readonly viewed: number | null;
  readonly measure: 'loss' | 'perplexity';
  readonly allParameters: boolean;
  readonly weight: WeightView | null;
  readonly mask: MaskView | null;
  readonly batch: BatchView | null;
  readonly verdicts: VerdictView | null;
  readonly gradients: GradientView | null;
  /** How far back the last prediction reaches; of an earlier step than the rest while a live run is followed. */
  readonly reach: PredictionReach | null;
  readonly tokens: TokenView | null;
  /** Which steps' tensors can still be viewed. */
  readonly kept: KeptSteps | null;
  readonly inPlace: InPlace;
  readonly whatIf: WhatIfChoice;
  readonly whatIfAnswer: WhatIfAnswer;
  readonly histogram: HistogramChoice;
  readonly histograms: HistogramSeries | null;
  readonly activation: ActivationChoice;
  readonly activations: ActivationSeries | null;
  /** Gates by unit at the step viewed, while activations are shown. */
  readonly gates: GateView | null;
  /** Id of the run to lay beside the one shown, "" for the newest other one. */
  readonly otherRun: string;
  /** That run once it is known; its distribution of the parameter chosen. */
  readonly other: ComparedRun | null;
  readonly otherHistograms: HistogramSeries | null;
  /** Why the other run or its distribution could not be had, or "". */
  readonly otherTrouble: string;
  /** Site whose masks are laid over each other, "" for the one shown. */
  readonly comparedSite: string;
  /** The range brushed on a time chart; every time chart shows it. */
  readonly range: StepRange | null;
  /** Words on a ground that tells their loss; element dropout in place of word dropout. */
  readonly lossTint: boolean;
  readonly elementDropout: boolean;
  /** Whose gradient the strip by time step shows. */
  readonly reachOf: ReachOf;
  /** Why the tensors of the last request could not be had, or "". */
  readonly trouble: string;
  readonly viewport: Viewport | null;
  /** Cell under the pointer or the keyboard's cursor, and the cell it is compared with; null: chosen by the page. */
  readonly cursor: Cell | null;
  readonly pin: Cell | null;
}

/** What can change besides the state: the window, the theme, and which cells have been read. */
type Outside = 'size' | 'theme' | 'tiles';
export type Changed = ReadonlySet<keyof PageState | Outside>;
export type View = (state: PageState, changed: Changed) => void;

export class Store {
  private state: PageState;
  private readonly views: View[] = [];
  private readonly changed = new Set<keyof PageState | Outside>();
  private scheduled = false;

  constructor(initial: PageState) {
    this.state = initial;
  }

  get(): PageState {
    return this.state;
  }

  set(change: Partial<PageState>): void {
    this.state = { ...this.state, ...change };
    for (const name of Object.keys(change) as (keyof PageState)[]) this.changed.add(name);
    this.schedule();
  }

  /** Says that everything ("size", "theme") or the panes ("tiles") have to be drawn anew. */
  redraw(reason: Outside): void {
    this.changed.add(reason);
    this.schedule();
  }

  /** Has every view draw all of it before this returns, for whoever takes down what they draw. */
  drawNow(): void {
    for (const view of this.views) view(this.state, new Set(['size']));
  }

  subscribe(view: View): void {
    this.views.push(view);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      const changed = new Set(this.changed);
      this.changed.clear();
      for (const view of this.views) view(this.state, changed);
    });
  }
}

/** Whether a view that depends on these parts has to be drawn: also always on a new theme or size. */
export function touches(changed: Changed, ...parts: (keyof PageState)[]): boolean {
  return changed.has('size') || changed.has('theme') || parts.some((part) => changed.has(part));
}

/** Of another run nothing that was read stays. */
export const noTensors = {
  weight: null,
  mask: null,
  batch: null,
  verdicts: null,
  gradients: null,
  reach: null,
  tokens: null,
  kept: null,
  histograms: null,
  activations: null,
  gates: null,
  trouble: '',
} satisfies Partial<PageState>;

/** What fills the middle of the page: a weight (dropped or not) in four panes, or the mask of another site. */
export interface Target {
  readonly kind: 'weight' | 'mask';
  readonly name: string;
  readonly shape: readonly number[];
  readonly site: SiteDescription | null;
}

export function targetOf(description: RunDescription | null, name: string): Target | null {
  const leaves = leavesOf(description?.tree ?? []);
  const site = description?.sites.find((candidate) => candidate.name === name);
  if (site?.kind === 'weight') {
    // The shape of the weight: its mask has one cell a row or a column where those are dropped whole.
    const shape = leaves.find((leaf) => leaf.name === site.raw)?.shape ?? site.shape;
    return { kind: 'weight', name, shape, site };
  }
  if (site) return { kind: 'mask', name, shape: site.shape, site };
  const leaf = leaves.find((candidate) => candidate.name === name);
  return leaf ? { kind: 'weight', name, shape: leaf.shape, site: null } : null;
}

export function selectedTarget(state: PageState): Target | null {
  return targetOf(state.description, state.selected);
}

/** The parameter whose distribution is shown: the one chosen, else that of the weight in the panes, else the first. */
export function histogramName(state: PageState): string {
  const leaves = leavesOf(state.description?.tree ?? []);
  const chosen = leaves.find(({ name }) => name === state.histogram.name);
  const shown = leaves.find(({ name, derived }) => [name, derived?.mask].includes(state.selected));
  return (chosen ?? shown ?? leaves[0])?.name ?? '';
}

/** The run to lay beside the one shown: the one chosen, else the newest other one; "" while there is none. */
export function otherRunOf({ runs, summary, otherRun }: PageState): string {
  const others = runs.filter(({ id }) => id !== summary?.id);
  return (others.find(({ id }) => id === otherRun) ?? others[0])?.id ?? '';
}

/** The step the second line and the tables are about: the one chosen, else the newest; 0 before the first. */
export function viewedStep(state: PageState): number {
  const newest = state.history.lastStep;
  return state.viewed === null ? newest : Math.min(state.viewed, newest);
}

/** The step at which two runs are laid over each other: the one viewed, or the last of the run that did not come so far. */
export function commonStep(state: PageState): number {
  return Math.min(viewedStep(state), state.other?.history.lastStep ?? Infinity);
}

/** "step 165"; when tensors of the step viewed are gone, the step they are of and why. */
export function stepInWords(step: number, state: PageState): string {
  const viewed = viewedStep(state);
  const asked = state.viewed !== null && viewed !== step;
  return `step ${integer(step)}${asked ? `, the nearest kept to ${integer(viewed)}` : ''}`;
}
