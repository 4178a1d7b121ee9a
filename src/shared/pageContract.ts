/**
 * Everything that passes between the extension host and the inspector page. The host owns the history: a page may be
 * destroyed at any time, asks for a snapshot when it comes back and then gets updates. Numbers that may be NaN travel
 * in typed arrays only, because a webview's messages pass through JSON.
 */
import type { BreakpointHit } from './breakpoint.ts';
import type {
  BatchView,
  EvalColumns,
  MaskView,
  ParameterStats,
  RunDescription,
  RunStatus,
  SiteStats,
  TrainColumns,
  WeightView,
  Window,
} from './engineContract.ts';
import type { Halting } from './halting.ts';
import type { StepRequests } from './stepContract.ts';
import type { WhatIfProgress, WhatIfRequest } from './whatIf.ts';

export interface RunSummary {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly step: number;
  readonly plannedSteps: number;
  readonly message: string;
  /** First tensor that was not finite, or "". */
  readonly tensor: string;
  /** While it stands at breakpoints: which. */
  readonly hits?: readonly BreakpointHit[];
  /** While it was asked to pause or to stop and is not there yet. */
  readonly halting?: Halting;
  /** Another process, a second window or the command line, trains it: it is looked at, not steered. */
  readonly elsewhere?: true;
  /** The same for runs that differ in nothing but their seed (recipeOf); "" while the config is not known. */
  readonly recipe: string;
  readonly seed: number | null;
  /** Perplexity of the newest evaluation; null before the first, or when it is not finite. */
  readonly validPerplexity: number | null;
}

/** The run's own clock: newest numbers, whatever step is being looked at. Not finite values are null. */
export interface RunFacts {
  readonly tokensPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly introspectionShare: number | null;
  readonly cleanEval: boolean | null;
  readonly params: Readonly<Record<string, ParameterStats>>;
  readonly sites: Readonly<Record<string, SiteStats>>;
}

/** One run as far as the page draws it without asking for a step. */
export interface RunSnapshot {
  readonly summary: RunSummary;
  /** Null while it is being prepared. */
  readonly description: RunDescription | null;
  readonly train: TrainColumns;
  readonly valid: EvalColumns;
  readonly facts: RunFacts;
}

export interface Snapshot {
  /** All runs the host knows, newest first. */
  readonly runs: readonly RunSummary[];
  /** The run shown, if there is one; null before the first run. */
  readonly run: RunSnapshot | null;
  /** What the tree has selected: a mask name, or "". */
  readonly selected: string;
  /** The run that the one shown is laid beside, or "". */
  readonly compared: string;
}

/** New lines since the last message; append to the columns of the snapshot. */
export interface PageUpdate {
  readonly summary: RunSummary;
  readonly train: TrainColumns;
  readonly valid: EvalColumns;
  readonly facts: RunFacts;
}

export interface PageRequests extends StepRequests {
  /** `run` asks for another run than the one shown; "" means the host's choice. */
  snapshot: [{ run: string }, Snapshot];
  /** A second run to lay beside the one shown; from then on updates tell of it too. "" ends that. Null for an unknown run. */
  compared: [{ run: string }, RunSnapshot | null];
  weight: [{ run: string; name: string; window?: Window; maxCells: number; step?: number }, WeightView];
  mask: [{ run: string; name: string; window?: Window; maxCells: number; step?: number }, MaskView];
  batch: [{ run: string; step?: number }, BatchView];
  /** A mask or weight was chosen in the page: the trees follow. */
  chosen: [{ run: string; name: string }, null];
  /** The run's buttons. "train" asks what to train, "trainSample" does not. */
  command: [
    {
      command: 'pause' | 'resume' | 'step' | 'stop' | 'train' | 'trainSample' | 'showLog' | 'showBreakpoints';
      run: string;
    },
    null,
  ];
  /** Trains the run's texts anew with its config but for these keys. */
  trainWith: [{ run: string; changes: WhatIfRequest['changes'] & { readonly seed?: number } }, null];
  /** Opens the setting of the budget for introspection. */
  openBudget: [null, null];
  /** Saves a file the page made (a picture, a CSV): the host asks where. */
  save: [{ name: string; data: Uint8Array }, null];
  /** Puts text on the clipboard. */
  copy: [{ text: string }, null];
}

export interface PageNotifications {
  update: PageUpdate;
  /** The shown run, its description or the list of runs changed: ask for a snapshot. */
  changed: { readonly run: string };
  /** Ask for this run, to lay it beside the one shown: a person wants that now (`begin`), or its curves are other ones. */
  compare: { readonly run: string; readonly begin: boolean };
  /** How far the answer to the page's what-if question is. */
  whatIfProgress: WhatIfProgress;
  /** The tree chose a mask or weight, by mask name. */
  select: { readonly name: string };
}
