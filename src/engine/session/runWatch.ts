/**
 * What a run keeps of itself to be looked at: recorded steps, distributions, evidence for its promises. Answers views, from
 * memory when the same was asked of the same step, and sees to it that all this stays within its budget of time.
 */
import type { RunDescription, TrainLine } from '../../shared/engineContract.ts';
import { leavesOf } from '../../shared/parameterNode.ts';
import type { ActivationSeries, HistogramSeries, KeptSteps as KeptView } from '../../shared/stepContract.ts';
import { ActivationLog } from '../probes/activationLog.ts';
import { EvidenceLog } from '../probes/evidenceLog.ts';
import { Histograms } from '../probes/histograms.ts';
import { KeptSteps } from '../probes/keptSteps.ts';
import { inOneGo, type Evaluation } from '../training/evaluate.ts';
import type { Trainer } from '../training/trainer.ts';
import type { Recording } from '../training/trainerRecording.ts';
import { DEFAULT_BUDGET_PERCENT, IntrospectionBudget } from './introspectionBudget.ts';
import { KnownAnswers } from './knownAnswers.ts';
import { follows, Onlookers } from './onlookers.ts';
import type { ViewedRun } from './viewedRuns.ts';

/** Memory of all kept steps together; a single step larger than this is kept all the same, alone. */
export const KEPT_LIMIT_BYTES = 256 * 2 ** 20;

export interface WatchedRun {
  readonly description: RunDescription;
  /** The vocabulary, index = id. */
  readonly words: readonly string[];
  readonly trainer: Trainer;
  readonly budgetPercent?: number;
  readonly say: (message: string) => void;
  /** Distributions and activations of a run that goes on, up to `step`. */
  readonly earlier: {
    readonly histograms: readonly HistogramSeries[];
    readonly activations?: ActivationSeries | null;
    readonly step: number;
  };
}

export class RunWatch {
  readonly #run: WatchedRun;
  readonly #kept = new KeptSteps<Recording>(KEPT_LIMIT_BYTES);
  readonly #histograms: Histograms;
  readonly #activations: ActivationLog;
  readonly #evidence = new EvidenceLog();
  readonly #budget: IntrospectionBudget;
  readonly #answers = new KnownAnswers();
  readonly #onlookers: Onlookers;
  #ms = 0;

  constructor(run: WatchedRun) {
    this.#run = run;
    const parameters = leavesOf(run.description.tree).map(({ name }) => name);
    this.#histograms = new Histograms(parameters, run.earlier.histograms, run.earlier.step);
    this.#activations = new ActivationLog(run.earlier.activations, run.earlier.step);
    const percent = run.budgetPercent ?? DEFAULT_BUDGET_PERCENT;
    this.#budget = new IntrospectionBudget(percent, run.say);
    this.#onlookers = new Onlookers(percent);
    run.trainer.expectsLook = (step) =>
      this.#budget.affordable &&
      (this.#onlookers.viewIsDue || this.#histograms.due(step) || this.#activations.takes(step));
  }

  /** The newest kept step; null before the first. */
  get newest(): Recording | null {
    return this.#kept.newest ?? null;
  }

  /** After each training step, whose line this is. */
  stepDone(line: TrainLine): void {
    const recorded = this.#run.trainer.recorded();
    this.#timed(() => {
      if (line.sites) this.#evidence.count(line.sites);
      if (!recorded || !this.#budget.takes(line.step)) return;
      this.#keep(recorded);
      // While little is known of a model, whether its output follows its weights is worth a few small passes.
      if (line.step === 1) this.#nudge(recorded);
      const passing = recorded.inPassing();
      this.#histograms.add(passing);
      this.#activations.add(passing);
    });
    this.#ms += recorded?.holdingMs ?? 0;
    // After the decision, which is then the one that the trainer was told to expect before the step.
    this.#onlookers.stepDone(line.ms);
    const charged = Math.max(0, line.introspection_ms - this.#onlookers.takeExcusedMs());
    this.#budget.spent(line.ms, charged, this.#onlookers.looking);
  }

  evaluated(step: number, { firstDifferent, largestDifference }: Evaluation['cleanEval']): void {
    this.#evidence.evaluated({ step, firstDifferent, largestDifference });
    const { newest } = this;
    if (newest) this.#refreshEvidence(newest);
  }

  /** Nothing goes on for now: the latest step can be looked at, also one that was passed over. */
  keepLatest(): Recording | null {
    const latest = this.#run.trainer.recorded();
    if (latest && latest !== this.#kept.newest) this.#keep(latest);
    this.#kept.shown = null;
    this.#onlookers.endWaiting();
    return latest;
  }

  /** Tries, once, whether the output follows the raw weights at the latest step. Only while nothing else uses the model. */
  nudgeLatest(): void {
    const latest = this.keepLatest();
    if (latest && !latest.evidence.nudged) this.#timed(() => this.#nudge(latest));
  }

  /**
   * Tries at the latest step, now, what takes passes of its own: whether the output follows the raw weights, and whether
   * evaluation repeats itself. Gives the step, whose verdicts say it then. Only while nothing else uses the model.
   */
  checkLatest(): number | undefined {
    const latest = this.keepLatest();
    if (!latest) return undefined;
    const { step, input, target } = latest;
    return this.#timed(() => {
      if (!latest.evidence.nudged) this.#nudge(latest);
      const { cleanEval } = inOneGo(this.#run.trainer.evaluation([{ ...input, input: input.ids, target }], step));
      this.evaluated(step, cleanEval);
      return step;
    });
  }

  /** The steps kept, ascending, for whoever writes them down. */
  get steps(): readonly number[] {
    return [...this.#kept.steps];
  }

  /** A kept step as it is; null when it was let go. `done` when its tensors were read. */
  kept(step: number): { readonly recorded: Recording; readonly done: () => void } | null {
    const recorded = this.#kept.nearest(step);
    return recorded?.step === step ? { recorded, done: () => this.#kept.lookedAt(recorded) } : null;
  }

  /**
   * Resolves when a view of a run that trains can be given for little: a first look, whose step would have to be computed
   * anew, waits for the next one, whose tensors are taken along.
   */
  async readyToShow(what: string, query: { readonly step?: number }): Promise<void> {
    if (this.waits(what, query)) await this.#onlookers.untilNextStep();
  }

  /** Whether a view of a run that trains had better be asked for after the next step. */
  waits(what: string, query: { readonly step?: number }): boolean {
    if (!follows(what, query)) return false;
    this.#onlookers.followed();
    const { shown, newest } = this.#kept;
    return shown === null && newest?.atHand === false && this.#budget.affordable;
  }

  /** A view of the kept step nearest to the one asked for. Throws a sentence before the first step. */
  answer<T>(what: string, query: { readonly step?: number }, view: (run: ViewedRun) => T): T {
    this.#onlookers.looked();
    const recorded = follows(what, query) ? this.#newestInPace() : this.#kept.nearest(query.step);
    const { description, words } = this.#run;
    if (!recorded) throw new Error(`run ${description.id}: it has not done a step yet`);
    const asked = JSON.stringify([what, { ...query, step: recorded.step }]);
    const known = this.#answers.find(asked, recorded);
    if (known) return known.answer as T;
    const before = this.#ms;
    try {
      return this.#timed(() => {
        const answer = view({ recorded, description, words });
        this.#kept.lookedAt(recorded);
        this.#answers.remember(asked, recorded, answer);
        return answer;
      });
    } finally {
      this.#onlookers.viewTook(this.#ms - before);
    }
  }

  /** Reads of the kept step nearest to `step` what is needed for an answer that takes its turns with training. */
  look<T>(step: number | undefined, read: (run: ViewedRun) => T): T {
    this.#onlookers.looked();
    const recorded = this.#kept.nearest(step);
    const { description, words } = this.#run;
    if (!recorded) throw new Error(`run ${description.id}: it has not done a step yet`);
    return this.beside(() => {
      const found = read({ recorded, description, words });
      this.#kept.lookedAt(recorded);
      return found;
    });
  }

  /** Work for an answer, beside training: what it takes counts as introspection. */
  beside<T>(work: () => T): T {
    return this.#timed(work);
  }

  /** The step that views which follow the run are shown. */
  #newestInPace(): Recording | undefined {
    this.#onlookers.followed();
    const { newest, shown } = this.#kept;
    if (!newest || newest === shown) return newest;
    // A step that would have to be computed anew is passed over: the next one is taken along.
    if (shown && !(this.#onlookers.mayAdvance() && newest.atHand)) return shown;
    this.#kept.shown = newest;
    this.#onlookers.advance();
    return newest;
  }

  keptView(): KeptView {
    const { steps, bytes, limitBytes } = this.#kept;
    const { every, percent, backedOff } = this.#budget;
    return { steps, bytes, limitBytes, every, where: 'memory', budget: { percent, backedOff } };
  }

  histograms(name: string, of: HistogramSeries['of']): HistogramSeries {
    return this.#timed(() => this.#histograms.view(name, of));
  }

  allHistograms(): readonly HistogramSeries[] {
    return this.#histograms.all();
  }

  activations(): ActivationSeries {
    return this.#timed(() => this.#activations.view());
  }

  /** Milliseconds spent since this was last asked. */
  takeMs(): number {
    const ms = this.#ms;
    this.#ms = 0;
    return ms;
  }

  dispose(): void {
    this.#onlookers.endWaiting();
    this.#answers.clear();
    this.#kept.dispose();
  }

  #keep(recorded: Recording): void {
    recorded.evidence = this.#evidence.now(this.#run.trainer.moved);
    this.#kept.add(recorded.retain());
  }

  #nudge(recorded: Recording): void {
    const { input, target } = recorded;
    const nudged = this.#run.trainer.nudged({ ...input, input: input.ids, target });
    recorded.evidence = { ...recorded.evidence, nudged };
    this.#answers.forget(recorded);
  }

  /** The latest step learns what was found out after it, as long as it is the latest. */
  #refreshEvidence(recorded: Recording): void {
    const { nudged } = recorded.evidence;
    recorded.evidence = { ...this.#evidence.now(this.#run.trainer.moved), nudged };
    this.#answers.forget(recorded);
  }

  #timed<T>(work: () => T): T {
    const began = performance.now();
    try {
      return work();
    } finally {
      this.#ms += performance.now() - began;
    }
  }
}
