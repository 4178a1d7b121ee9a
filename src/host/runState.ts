/**
 * What the host knows of one run, and how each message changes it: pure, so that views, tests and the page agree on
 * one meaning. Newest numbers only; the curves are in trainHistory.ts.
 */
import type { BreakpointHit } from '../shared/breakpoint.ts';
import type {
  EvalLine,
  MetricsUpdate,
  RunDescription,
  RunStatus,
  StatusUpdate,
  TrainLine,
} from '../shared/engineContract.ts';
import type { Halting } from '../shared/halting.ts';
import type { RunFacts, RunSummary } from '../shared/pageContract.ts';
import { recipeOf } from '../shared/runDifferences.ts';

/** What run.json says of a run, as far as lists show it. */
export interface RunRecord {
  readonly started: string;
  readonly seed: number | null;
  readonly backend: string;
  /** Keys of the resolved config. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface RunState {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  /** Milliseconds since 1970, for the order of lists. */
  readonly startedAt: number;
  readonly status: RunStatus;
  readonly step: number;
  /** 0 while unknown. */
  readonly plannedSteps: number;
  readonly message: string;
  readonly tensor: string;
  /** The breakpoints that it stands at. */
  readonly hits: readonly BreakpointHit[];
  /** What it was asked to do, by whomever, and is not done with. */
  readonly halting: Halting | null;
  readonly description: RunDescription | null;
  readonly record: RunRecord | null;
  /** The newest training line, with `params` and `sites` of the newest line that has them. */
  readonly latest: TrainLine | null;
  readonly latestEval: EvalLine | null;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
  readonly introspectionShare: number;
  /** Whether this editor's engine holds the run: its tensors can be asked for. */
  readonly live: boolean;
  /** The config file it was started with; "" when there was none, or when that is not known any more. */
  readonly configFile: string;
}

/** A run that has just been asked for. */
export function newRun(id: string, name: string, folder: string, startedAt: number): RunState {
  return {
    id,
    name,
    folder,
    startedAt,
    status: 'starting',
    step: 0,
    plannedSteps: 0,
    message: '',
    tensor: '',
    hits: [],
    halting: null,
    description: null,
    record: null,
    latest: null,
    latestEval: null,
    tokensPerSecond: NaN,
    secondsLeft: NaN,
    introspectionShare: NaN,
    live: true,
    configFile: '',
  };
}

export function withStatus(run: RunState, update: StatusUpdate): RunState {
  return {
    ...run,
    status: update.status,
    step: update.step,
    plannedSteps: update.plannedSteps > 0 ? update.plannedSteps : run.plannedSteps,
    message: update.message ?? '',
    tensor: update.tensor ?? '',
    hits: update.hits ?? [],
    halting: haltingAfter(run.halting, update),
  };
}

/** It was asked to pause or to stop: known here at once, for the engine hears of it only when it is done with its step. */
export function withHaltAsked(run: RunState, by: Halting['by']): RunState {
  return { ...run, halting: { by, after: run.status === 'paused' ? 'writing' : 'step' } };
}

/** The engine has done what it was asked, or could not: nothing of it is awaited any more. */
export function withHaltAnswered(run: RunState, by: Halting['by']): RunState {
  return run.halting?.by === by ? { ...run, halting: null } : run;
}

/** What is still awaited: the engine may not have heard yet that a run which pauses is to be stopped. */
function haltingAfter(known: Halting | null, { status, halting }: StatusUpdate): Halting | null {
  if (!isAlive(status)) return null;
  if (known?.by === 'stop' && halting?.by !== 'stop') return known;
  return halting ?? (status === 'paused' ? null : known);
}

/** Newest numbers. A line without `params` and `sites` keeps those of the line before it. */
export function withMetrics(run: RunState, update: MetricsUpdate): RunState {
  return {
    ...run,
    step: update.latest?.step ?? run.step,
    latest: mergeLine(run.latest, update.latest),
    latestEval: update.latestEval ?? run.latestEval,
    tokensPerSecond: update.tokensPerSecond,
    secondsLeft: update.secondsLeft,
    introspectionShare: update.introspectionShare,
  };
}

export function withDescription(run: RunState, description: RunDescription): RunState {
  return { ...run, name: description.name, description, plannedSteps: description.plannedSteps };
}

/** The engine is gone: a run that was alive is interrupted, and says why. */
export function withEngineGone(run: RunState, sentence: string): RunState {
  if (!run.live) return run;
  const interrupted = isAlive(run.status);
  return {
    ...run,
    live: false,
    ...(interrupted
      ? { status: 'interrupted', message: sentence, hits: [], halting: null, secondsLeft: NaN, tokensPerSecond: NaN }
      : {}),
  };
}

/** Whether a run still belongs to a process: it can be stopped. */
export function isAlive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}

/** Whether the engine computes for it now. */
export function isTraining(status: RunStatus): boolean {
  return status === 'starting' || status === 'running';
}

/** Whether another process trains it: it is looked at, not steered. */
export function isElsewhere({ live, status }: RunState): boolean {
  return !live && isAlive(status);
}

/** Whether it ended before its planned steps and can be continued from its last checkpoint. */
export function isResumable(status: RunStatus): boolean {
  return status === 'stopped' || status === 'failed' || status === 'interrupted';
}

/** Perplexity of the newest evaluation, before the first one that of the newest training step; NaN without either. */
export function perplexity(run: RunState): number {
  return run.latestEval?.ppl ?? run.latest?.ppl ?? NaN;
}

export function summaryOf(run: RunState): RunSummary {
  const { id, name, status, step, plannedSteps, message, tensor, hits, halting } = run;
  const config = configOf(run);
  const recipe = config ? recipeOf(config) : '';
  const seed = typeof config?.['seed'] === 'number' ? config['seed'] : null;
  const validPerplexity = finite(run.latestEval?.ppl ?? NaN);
  return {
    ...{ id, name, status, step, plannedSteps, message, tensor, recipe, seed, validPerplexity },
    ...(hits.length > 0 ? { hits } : {}),
    ...(halting ? { halting } : {}),
    ...(isElsewhere(run) ? { elsewhere: true as const } : {}),
  };
}

/** The resolved config, of a past run as its run.json has it; null while a run is being prepared. */
export function configOf({ description, record }: RunState): Readonly<Record<string, unknown>> | null {
  return description?.config ?? record?.config ?? null;
}

/** The run's own clock for the page, where numbers that are not finite are null. */
export function factsOf(run: RunState): RunFacts {
  return {
    tokensPerSecond: finite(run.tokensPerSecond),
    secondsLeft: finite(run.secondsLeft),
    introspectionShare: finite(run.introspectionShare),
    cleanEval: run.latestEval?.clean_eval ?? null,
    params: run.latest?.params ?? {},
    sites: run.latest?.sites ?? {},
  };
}

function mergeLine(before: TrainLine | null, line: TrainLine | null): TrainLine | null {
  if (line === null || before === null) return line ?? before;
  const params = line.params ?? before.params;
  const sites = line.sites ?? before.sites;
  return { ...line, ...(params ? { params } : {}), ...(sites ? { sites } : {}) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
