/**
 * Serves the engine contract: starts runs, one at a time, passes commands to the one that trains, and answers views
 * from it or, once it has ended, from its folder.
 */
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import {
  PROTOCOL_VERSION,
  type EngineNotifications,
  type EngineRequests,
  type LogLine,
  type RunDescription,
  type StartRequest,
  type WindowRequest,
} from '../../shared/engineContract.ts';
import type { CancellationLike, Handlers } from '../../shared/rpc.ts';
import { benchJob } from '../bench/benchJob.ts';
import { convertJob } from '../jobs/convertJob.ts';
import { generateJob } from '../jobs/generateJob.ts';
import { traceJob } from '../jobs/traceJob.ts';
import { batchView } from '../probes/batchView.ts';
import { gradientView } from '../probes/gradientView.ts';
import { maskView } from '../probes/maskView.ts';
import { readRecorded } from '../probes/recordedStep.ts';
import { tokenView } from '../probes/tokenView.ts';
import { verdictView } from '../probes/verdictView.ts';
import { weightView } from '../probes/weightView.ts';
import { LiveRun } from './liveRun.ts';
import { verifyJob } from '../verify/verifyJob.ts';
import { newRun, resumedRun, type PreparedRun, type Reporting } from './prepareRun.ts';
import { readDescription } from './runDescription.ts';
import { runHistory } from './runHistory.ts';
import { ViewedRuns, type ViewedRun } from './viewedRuns.ts';

export type Notify = <M extends keyof EngineNotifications>(method: M, params: EngineNotifications[M]) => void;

export class EngineSession {
  readonly #notify: Notify;
  readonly #version: string;
  readonly #viewed = new ViewedRuns();
  #run: LiveRun | null = null;
  /** What is being prepared or computed, in words, so that a second one is refused from the first moment. */
  #preparing: string | null = null;

  constructor(notify: Notify, version: string) {
    this.#notify = notify;
    this.#version = version;
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
      resume: ({ run }) => nothing(this.#live(run).resume()),
      step: async ({ run }) => nothing(await this.#live(run).step()),
      stop: async ({ run }) => nothing(await this.#live(run).stop()),
      history: ({ folder, maxPoints }) => this.#history(folder, maxPoints),
      describe: ({ folder }) => this.#describe(folder),
      weight: (query) => this.#view(query, (view) => weightView(view.recorded, view.description, query)),
      mask: (query) => this.#view(query, (view) => maskView(view.recorded, view.description, view.words, query)),
      batch: (query) => this.#view(query, (view) => batchView(view.recorded, view.description, view.words)),
      tensor: (query) =>
        this.#view(query, ({ recorded }) => {
          const { shape, data } = readRecorded(recorded, query.name);
          return { step: recorded.step, shape: [...shape], data };
        }),
      kept: (query) =>
        this.#view(query, ({ recorded: { step } }) => ({
          steps: Float64Array.of(step),
          bytes: 0,
          limitBytes: 0,
          every: 1,
        })),
      verdicts: (query) => this.#view(query, ({ recorded, description }) => verdictView(recorded, description)),
      gradients: (query) => this.#view(query, ({ recorded, description }) => gradientView(recorded, description)),
      histograms: (query) => this.#view(query, () => noHistograms(query)),
      tokens: (query) => this.#view(query, ({ recorded, description }) => tokenView(recorded, description)),
      bench: (request) => this.#alone('a measurement', () => benchJob(request)),
      trace: (request) => this.#alone('a trace', () => traceJob(request)),
      convert: (request) => convertJob(request),
      generate: (request) => this.#alone('writing text', () => generateJob(request)),
      verify: (request) => this.#alone('verifying', () => verifyJob(request)),
      shutdown: () => {
        // After the answer has left: whoever asked wants to know that it was heard.
        setTimeout(() => process.exit(0), 20);
        return null;
      },
    };
  }

  /** A job that computes has the backend to itself. */
  async #alone<T>(what: string, job: () => Promise<T>): Promise<T> {
    this.#refuseWhileBusy(`${what} needs the engine to itself`);
    this.#preparing = `${what}: it is under way`;
    try {
      return await job();
    } finally {
      this.#preparing = null;
    }
  }

  #refuseWhileBusy(why: string): void {
    const busy = this.#run?.live === true ? training(this.#run.id) : this.#preparing;
    if (busy !== null) throw new BadInput(`${busy}, and ${why} (wait until it ends, or stop it)`);
  }

  async #start(request: StartRequest, token: CancellationLike): Promise<RunDescription> {
    this.#refuseWhileBusy('one run trains at a time');
    const id = path.basename(request.folder);
    this.#preparing = training(id);
    const abort = new AbortController();
    const cancellation = token.onCancellationRequested(() =>
      abort.abort(new Error(`run ${id}: its start was cancelled`)),
    );
    try {
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
      this.#begin(prepared, request);
      return prepared.description;
    } finally {
      cancellation.dispose();
      this.#preparing = null;
    }
  }

  #begin(prepared: PreparedRun, { onTrouble }: StartRequest): void {
    this.#viewed.forget(prepared.description.folder);
    this.#viewed.remember(prepared.description.folder);
    this.#run = new LiveRun(prepared, {
      onTrouble,
      status: (update) => this.#notify('status', update),
      metrics: (update) => this.#notify('metrics', update),
      log: (line) => this.#log(line),
    });
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

  /** A view of the run's last recorded step. It is computed in one go, so that all of it is of one and the same step. */
  async #view<T>({ run }: Pick<WindowRequest, 'run'>, view: (run: ViewedRun) => T): Promise<T> {
    const live = this.#run;
    if (live?.live === true && (live.id === run || live.description.folder === run)) {
      const { recorded, description, words } = live;
      if (!recorded) throw new Error(`run ${run}: it has not done a step yet`);
      return live.observed(() => view({ recorded, description, words }));
    }
    return view(await this.#viewed.open(run));
  }

  #log(line: LogLine): void {
    this.#notify('log', line);
  }
}

function noHistograms({ name, of }: EngineRequests['histograms'][0]): EngineRequests['histograms'][1] {
  return {
    name,
    of,
    every: 16,
    steps: new Float64Array(),
    edges: new Float64Array(),
    counts: new Uint32Array(),
    zeros: new Uint32Array(),
    nonFinite: new Uint32Array(),
    quantiles: new Float32Array(),
  };
}

const training = (run: string): string => `run ${run}: it is training`;

/** The answer of a request that only does something. */
function nothing(_done: void): null {
  return null;
}
