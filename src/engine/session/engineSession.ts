/**
 * Serves the engine contract: starts runs, one at a time, passes commands to the one that trains, and sees to it that
 * whatever computes has the backend to itself. What is asked about the steps of runs is runViews.ts's.
 */
import path from 'node:path';
import { defaultBreakpoints } from '../../shared/breakpoint.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import {
  PROTOCOL_VERSION,
  type EngineNotifications,
  type EngineRequests,
  type LogLine,
  type RunDescription,
  type StartRequest,
} from '../../shared/engineContract.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import type { CancellationLike, Handlers } from '../../shared/rpc.ts';
import { chooseBackend } from '../backends/chooseBackend.ts';
import { benchJob } from '../bench/benchJob.ts';
import { Breakpoints } from '../breakpoints/breakpoints.ts';
import { MOST_STEPS } from '../breakpoints/stepNumbers.ts';
import { latestTrainLines } from '../checkpoints/metricsHistory.ts';
import { exportJob } from '../export/exportJob.ts';
import { convertJob } from '../jobs/convertJob.ts';
import { generateJob } from '../jobs/generateJob.ts';
import { traceJob } from '../jobs/traceJob.ts';
import { recordedTraceJob } from '../jobs/recordedTraceJob.ts';
import { verifyJob } from '../verify/verifyJob.ts';
import { readActivations } from './activationsFile.ts';
import { checkpointHandlers } from './checkpointHandlers.ts';
import { readHistograms } from './histogramsFile.ts';
import { LiveRun } from './liveRun.ts';
import { newRun, resumedRun, type PreparedRun, type Reporting } from './prepareRun.ts';
import { readDescription } from './runDescription.ts';
import { runHistory } from './runHistory.ts';
import { RunViews } from './runViews.ts';
import { ViewedRuns } from './viewedRuns.ts';

export type Notify = <M extends keyof EngineNotifications>(method: M, params: EngineNotifications[M]) => void;

export class EngineSession {
  readonly #notify: Notify;
  readonly #version: string;
  readonly #viewed = new ViewedRuns();
  readonly #views: RunViews;
  #run: LiveRun | null = null;
  /** How it was started. */
  #request: StartRequest | null = null;
  /** What is being prepared or computed, in words, so that a second one is refused from the first moment. */
  #preparing: string | null = null;

  constructor(notify: Notify, version: string) {
    this.#notify = notify;
    this.#version = version;
    this.#views = new RunViews({
      watched: (run) => this.#watched(run),
      viewed: this.#viewed,
      prepareBackend: (config, nativePath) => this.#prepareBackend(config, nativePath),
      whatIfProgress: (progress) => notify('whatIfProgress', progress),
    });
  }

  handlers(): Handlers<EngineRequests> {
    return {
      hello: () => ({
        protocol: PROTOCOL_VERSION,
        version: this.#version,
        pid: process.pid,
        node: process.version,
      }),
      start: (request, token) => this.#start(request, token),
      pause: async ({ run }) => nothing(await this.#live(run).pause()),
      resume: async ({ run }) => nothing(await this.#resume(run)),
      step: async ({ run }) => nothing(await this.#live(run).step()),
      stop: async ({ run }) => nothing(await this.#live(run).stop()),
      breakpoints: ({ run, list }) => {
        this.#live(run).breakpoints = list;
        // Whoever goes back to a checkpoint of this run goes on with them.
        if (this.#request) this.#request = { ...this.#request, breakpoints: list };
        return null;
      },
      history: ({ folder, maxPoints }) => this.#history(folder, maxPoints),
      describe: ({ folder }) => this.#describe(folder),
      ...this.#views.handlers(),
      ...checkpointHandlers(),
      bench: (request) => this.#alone('a measurement', () => benchJob(request)),
      trace: (request) => this.#alone('a trace', () => traceJob(request)),
      recordedTrace: (request) =>
        this.#alone('a trace', async () => recordedTraceJob(request, await this.#viewed.open(request.folder))),
      convert: (request) => convertJob(request),
      exportRun: (request, token) => this.#export(request, token),
      generate: (request) => this.#alone('writing text', () => generateJob(request)),
      verify: (request) =>
        this.#alone('verifying', () => verifyJob(request, (message) => this.#log({ level: 'info', message }))),
      settle: async () => nothing(await this.#settled()),
    };
  }

  /** Whoever started this engine has let go of it: resolves when nothing is left to be written. */
  async leave(): Promise<void> {
    await this.#run?.leave();
  }

  /** A job that computes has the backend to itself. */
  async #alone<T>(what: string, job: () => Promise<T>): Promise<T> {
    this.#refuseWhileBusy(`${what} needs the engine to itself`);
    this.#preparing = `${what}: it is under way`;
    try {
      await this.#settled();
      return await job();
    } finally {
      this.#preparing = null;
    }
  }

  /** The run that ended last still computes while it writes its earlier steps: nobody else may use the backend until then. */
  async #settled(): Promise<void> {
    await this.#run?.settled;
  }

  #refuseWhileBusy(why: string): void {
    const busy = this.#run?.live === true ? training(this.#run.id) : this.#preparing;
    if (busy !== null) throw new BadInput(`${busy}, and ${why} (wait until it ends, or stop it)`);
  }

  async #start(request: StartRequest, token: CancellationLike): Promise<RunDescription> {
    this.#refuseWhileBusy('one run trains at a time');
    const breakpoints = new Breakpoints(request.breakpoints ?? defaultBreakpoints);
    const id = path.basename(request.folder);
    this.#preparing = training(id);
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() =>
      abort.abort(new Error(`run ${id}: its start was cancelled`)),
    );
    try {
      await this.#settled();
      const reporting: Reporting = {
        log: (line) => this.#log(line),
        say: (message) => this.#notify('status', { run: id, status: 'starting', step: 0, plannedSteps: 0, message }),
        signal: abort.signal,
      };
      const prepared = await (request.resume === true ? resumedRun : newRun)(request, reporting);
      if ('finished' in prepared) {
        const { finished, step } = prepared;
        this.#notify('status', { run: id, status: 'done', step, plannedSteps: step });
        return finished;
      }
      await this.#begin(prepared, request, breakpoints);
      return prepared.description;
    } finally {
      cancellation.dispose();
      this.#preparing = null;
    }
  }

  async #begin(prepared: PreparedRun, request: StartRequest, breakpoints: Breakpoints): Promise<void> {
    const { folder } = prepared.description;
    this.#viewed.forget(folder);
    this.#viewed.remember(folder);
    const histograms = request.resume === true ? await readHistograms(folder) : [];
    const activations = request.resume === true ? await readActivations(folder) : null;
    if (request.resume === true) breakpoints.lookBackOn(await latestTrainLines(folder, MOST_STEPS));
    this.#run?.dispose();
    this.#request = request;
    this.#run = new LiveRun(prepared, {
      onTrouble: request.onTrouble,
      breakpoints,
      ...(request.budgetPercent === undefined ? {} : { budgetPercent: request.budgetPercent }),
      histograms,
      activations,
      status: (update) => this.#notify('status', update),
      metrics: (update) => this.#notify('metrics', update),
      log: (line) => this.#log(line),
    });
  }

  /** A run whose numbers are not finite goes back to its last good checkpoint and on from there. */
  async #resume(run: string): Promise<void> {
    const live = this.#live(run);
    const request = this.#request;
    if (!live.broken || !request) return live.resume();
    const { folder } = live.description;
    await live.stop();
    const { host, onTrouble, nativePath, budgetPercent, breakpoints } = request;
    const again: StartRequest = {
      folder,
      corpus: [],
      base: folder,
      resume: true,
      host,
      onTrouble,
      ...(nativePath === undefined ? {} : { nativePath }),
      ...(budgetPercent === undefined ? {} : { budgetPercent }),
      ...(breakpoints === undefined ? {} : { breakpoints }),
    };
    await this.#start(again, NEVER_CANCELLED);
  }

  #live(run: string): LiveRun {
    if (this.#run?.live === true && this.#run.id === run) return this.#run;
    throw new BadInput(`run ${run}: it is not training here (start it, or resume it from its folder)`);
  }

  async #describe(folder: string): Promise<RunDescription> {
    this.#viewed.remember(folder);
    const live = this.#liveIn(folder);
    return live ? live.description : readDescription(folder);
  }

  async #history(folder: string, maxPoints: number): Promise<EngineRequests['history'][1]> {
    const live = this.#liveIn(folder);
    await live?.flushMetrics();
    const { plannedSteps } = await this.#describe(folder);
    return runHistory(folder, plannedSteps, maxPoints);
  }

  #liveIn(folder: string): LiveRun | null {
    return this.#run?.live === true && this.#run.description.folder === folder ? this.#run : null;
  }

  /** The run that trains here, or trained last, when it is the one meant and has steps to be looked at. */
  #watched(run: string): LiveRun | null {
    const live = this.#run;
    return live?.watched === true && (live.id === run || live.description.folder === run) ? live : null;
  }

  /** Training goes on meanwhile; of a run that is not here, what its folder holds counts. */
  async #export(
    request: EngineRequests['exportRun'][0],
    token: CancellationLike,
  ): Promise<EngineRequests['exportRun'][1]> {
    const { folder } = request;
    await this.#liveIn(folder)?.flushMetrics();
    const views = this.#watched(folder)?.views;
    const kept = views
      ? { histograms: views.beside(() => views.allHistograms()), activations: views.activations() }
      : { histograms: await readHistograms(folder), activations: await readActivations(folder) };
    return exportJob(request, kept, { token, progress: (progress) => this.#notify('exportProgress', progress) });
  }

  /** For a past run's model; while a run trains there is a backend already. */
  async #prepareBackend({ backend }: Config, nativePath: string | undefined): Promise<void> {
    if (this.#run?.live === true) return;
    const nativeFolders = nativePath === undefined ? [] : [nativePath];
    await this.#alone('a what-if question', () => chooseBackend(backend, { nativeFolders }));
  }

  #log(line: LogLine): void {
    this.#notify('log', line);
  }
}

const NEVER_CANCELLED: CancellationLike = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

const training = (run: string): string => `run ${run}: it is training`;

/** The answer of a request that only does something. */
function nothing(_done: void): null {
  return null;
}
