/**
 * Answers what is asked about the steps of runs: of the run that trains here, or trained last, from memory; of any other
 * from what its folder holds.
 */
import path from 'node:path';
import type { EngineRequests } from '../../shared/engineContract.ts';
import { BadInput } from '../../shared/failureCodes.ts';
import type { Config } from '../../shared/hyperparameters.ts';
import type { CancellationLike, Handlers } from '../../shared/rpc.ts';
import type { ActivationSeries, HistogramSeries, StepRequests } from '../../shared/stepContract.ts';
import type { WhatIfProgress } from '../../shared/whatIf.ts';
import { ActivationLog } from '../probes/activationLog.ts';
import { batchView } from '../probes/batchView.ts';
import { gradientView } from '../probes/gradientView.ts';
import { histogramsOf } from '../probes/histograms.ts';
import { maskView } from '../probes/maskView.ts';
import { gateViewOnce } from '../probes/oncePerStep.ts';
import { predictionReach } from '../probes/predictionReach.ts';
import { readRecorded, type RecordedStep } from '../probes/recordedStep.ts';
import { tokenView } from '../probes/tokenView.ts';
import { verdictView } from '../probes/verdictView.ts';
import { WeightViews } from '../probes/weightViews.ts';
import { readActivations } from './activationsFile.ts';
import { readHistograms } from './histogramsFile.ts';
import type { LiveRun } from './liveRun.ts';
import type { ViewedRun, ViewedRuns } from './viewedRuns.ts';
import { WhatIfQuestions } from './whatIfQuestions.ts';

export type ViewRequests = StepRequests & Pick<EngineRequests, 'weight' | 'mask' | 'batch' | 'tensor'>;

/** What views need of the session. */
export interface ViewSource {
  /** The run that trains here, or trained last, when it is the one meant (by id or folder) and has steps to be looked at. */
  readonly watched: (run: string) => LiveRun | null;
  /** All other runs. */
  readonly viewed: ViewedRuns;
  /** Makes a backend ready for a model of this config, unless a run trains: then its backend serves. */
  readonly prepareBackend: (config: Config, nativePath: string | undefined) => Promise<void>;
  readonly whatIfProgress: (progress: WhatIfProgress) => void;
}

export class RunViews {
  readonly #source: ViewSource;
  readonly #weights = new WeightViews();
  readonly #whatIf: WhatIfQuestions;

  constructor(source: ViewSource) {
    this.#source = source;
    this.#whatIf = new WhatIfQuestions(source.whatIfProgress);
  }

  handlers(): Handlers<ViewRequests> {
    return {
      weight: (query) =>
        this.#view('weight', query, (view) => this.#weights.view(view.recorded, view.description, query)),
      mask: (query) =>
        this.#view('mask', query, (view) => maskView(view.recorded, view.description, view.words, query)),
      batch: (query) => this.#view('batch', query, (view) => batchView(view.recorded, view.description, view.words)),
      tensor: (query) => this.#view('tensor', query, ({ recorded }) => wholeTensor(recorded, query.name)),
      kept: ({ run }) => this.#source.watched(run)?.views.keptView() ?? this.#source.viewed.kept(run),
      verdicts: (query) => {
        this.#source.watched(query.run)?.prepareVerdicts();
        return this.#verdicts(query);
      },
      check: ({ run }) => this.#check(run),
      reach: (query) => this.#view('reach', query, ({ recorded }) => predictionReach(recorded)),
      gradients: (query) => this.#view('gradients', query, (view) => gradientView(view.recorded, view.description)),
      histograms: ({ run, name, of }) => this.#histograms(run, name, of),
      activations: ({ run }) => this.#activations(run),
      gates: (query) => this.#view('gates', query, ({ recorded }) => gateViewOnce(recorded)),
      tokens: (query) => this.#view('tokens', query, (view) => tokenView(view.recorded, view.description)),
      whatIf: (request, token) => this.#askWhatIf(request, token),
    };
  }

  /** A view of one recorded step, computed in one go, so that all of it is of one and the same step. */
  async #view<T>(
    what: string,
    query: { readonly run: string; readonly step?: number },
    view: (run: ViewedRun) => T,
  ): Promise<T> {
    const { watched, viewed } = this.#source;
    await watched(query.run)?.readyToShow(what, query);
    return watched(query.run)?.views.answer(what, query, view) ?? view(await viewed.open(query.run, query.step));
  }

  #verdicts(query: { readonly run: string; readonly step?: number }): Promise<StepRequests['verdicts'][1]> {
    return this.#view('verdicts', query, (view) => verdictView(view.recorded, view.description));
  }

  async #check(run: string): Promise<StepRequests['check'][1]> {
    const watched = this.#source.watched(run);
    if (!watched) {
      const id = path.basename(run);
      throw new BadInput(
        `run ${id}: its model is not loaded, so nothing can be checked anew (resume the run to check)`,
      );
    }
    const step = await watched.check();
    return this.#verdicts(step === undefined ? { run } : { run, step });
  }

  async #histograms(run: string, name: string, of: HistogramSeries['of']): Promise<HistogramSeries> {
    const watched = this.#source.watched(run);
    if (watched) return watched.views.histograms(name, of);
    const { description } = await this.#source.viewed.open(run);
    return histogramsOf(await readHistograms(description.folder), name, of);
  }

  async #activations(run: string): Promise<ActivationSeries> {
    const watched = this.#source.watched(run);
    if (watched) return watched.views.activations();
    const { description } = await this.#source.viewed.open(run);
    return (await readActivations(description.folder)) ?? new ActivationLog().view();
  }

  /** A run that trains here, or did, is asked on its backend; a past one is given a model on that of its config. */
  async #askWhatIf(request: StepRequests['whatIf'][0], token: CancellationLike): Promise<StepRequests['whatIf'][1]> {
    const { run, step, nativePath } = request;
    const views = this.#source.watched(run)?.views;
    if (views) {
      const { look, beside } = { look: views.look.bind(views), beside: views.beside.bind(views) };
      return this.#whatIf.answer(request, { look: (read) => look(step, read), beside }, token);
    }
    const past = await this.#source.viewed.open(run, step);
    await this.#source.prepareBackend(past.description.config, nativePath);
    return this.#whatIf.answer(request, { look: (read) => read(past), beside: (work) => work() }, token);
  }
}

function wholeTensor(recorded: RecordedStep, name: string): EngineRequests['tensor'][1] {
  const { shape, data } = readRecorded(recorded, name);
  return { step: recorded.step, shape: [...shape], data };
}
