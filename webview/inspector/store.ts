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
import type { History } from './history.ts';
import type { Viewport } from './viewport.ts';

export interface Cell {
  readonly row: number;
  readonly col: number;
}

export interface PageState {
  /** "lost": the host has not answered for a while; what is shown may be old. */
  readonly link: 'connecting' | 'live' | 'lost';
  readonly runs: readonly RunSummary[];
  readonly summary: RunSummary | null;
  readonly description: RunDescription | null;
  readonly history: History;
  readonly facts: RunFacts | null;
  /** Mask name of the site shown, or "" while there is none. */
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
  /** Why the tensors of the last request could not be had, or "". */
  readonly trouble: string;
  readonly viewport: Viewport | null;
  /** Cell under the pointer or the keyboard's cursor, and the cell it is compared with; null: chosen by the page. */
  readonly cursor: Cell | null;
  readonly pin: Cell | null;
}

export type Changed = ReadonlySet<keyof PageState | 'size' | 'theme'>;
export type View = (state: PageState, changed: Changed) => void;

export class Store {
  private state: PageState;
  private readonly views: View[] = [];
  private readonly changed = new Set<keyof PageState | 'size' | 'theme'>();
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

  /** Says that everything has to be drawn anew, because the window or the theme changed. */
  redraw(reason: 'size' | 'theme'): void {
    this.changed.add(reason);
    this.schedule();
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

/** The site shown, or null before a run is described. */
export function selectedSite(state: PageState): SiteDescription | null {
  return state.description?.sites.find((site) => site.name === state.selected) ?? null;
}

/** The step the second line and the tables are about: the one chosen, else the newest; 0 before the first. */
export function viewedStep(state: PageState): number {
  const newest = state.history.lastStep;
  return state.viewed === null ? newest : Math.min(state.viewed, newest);
}
