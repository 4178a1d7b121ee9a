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
import type { ViewedRun } from './viewedRuns.ts';
import { ViewPace } from './viewPace.ts';

/** Memory of all kept steps together; a single step larger than this is kept all the same, alone. */
export const KEPT_LIMIT_BYTES = 256 * 2 ** 20;
const MOST_ANSWERS = 16;
/** Views that a page asks for first, without a step; all else it asks of the step it got. */
const FOLLOWING: ReadonlySet<string> = new Set(['weight', 'mask']);
/** Who has not asked for so long and for so many steps follows no more: a page asks four times a second, and is answered between steps. */
const WATCHING_MS = 2000;
const WATCHING_STEPS = 6;
/** How long a first look waits for a step that is taken along: no step ends while a run evaluates. */
const FIRST_LOOK_MS = 1000;
/** The first looks, whose code is cold: about three pictures of a panel with all that is beside them. */
const COLD_LOOKS = 20;
/** Of the budget, what pictures of an open panel may take; the rest is for recording. */
const PICTURES = 0.3;

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
  /** Answers by what was asked, of steps that do not change any more. */
  readonly #answers = new Map<string, { recorded: Recording; answer: unknown }>();
  readonly #pace: ViewPace;
  #askedAt = -Infinity;
  /** When anything was asked. */
  #lookedAt = -Infinity;
  /** How long the latest step took. */
  #stepMs = 0;
  /** First looks that wait for the next step. */
  #waiting: (() => void)[] = [];
  #ms = 0;
  #looks = 0;
  /** What is told but not charged: the first looks would stop recording for long. */
  #excusedMs = 0;

  constructor(run: WatchedRun) {
    this.#run = run;
    const parameters = leavesOf(run.description.tree).map(({ name }) => name);
    this.#histograms = new Histograms(parameters, run.earlier.histograms, run.earlier.step);
    this.#activations = new ActivationLog(run.earlier.activations, run.earlier.step);
    const percent = run.budgetPercent ?? DEFAULT_BUDGET_PERCENT;
    this.#budget = new IntrospectionBudget(percent, run.say);
    this.#pace = new ViewPace(PICTURES * percent);
    run.trainer.expectsLook = (step) =>
      this.#budget.affordable && (this.#viewIsDue() || this.#histograms.due(step) || this.#activations.takes(step));
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
    this.#stepMs = line.ms;
    this.#budget.spent(line.ms, Math.max(0, line.introspection_ms - this.#excusedMs), this.#isRecent(this.#lookedAt));
    this.#excusedMs = 0;
    this.#endWaiting();
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
    this.#endWaiting();
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
    if (!this.waits(what, query)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, FIRST_LOOK_MS).unref();
    });
  }

  /** Whether a view of a run that trains had better be asked for after the next step. */
  waits(what: string, query: { readonly step?: number }): boolean {
    if (!this.#follows(what, query)) return false;
    this.#askedAt = performance.now();
    const { shown, newest } = this.#kept;
    return shown === null && newest?.atHand === false && this.#budget.affordable;
  }

  /** A view of the kept step nearest to the one asked for. Throws a sentence before the first step. */
  answer<T>(what: string, query: { readonly step?: number }, view: (run: ViewedRun) => T): T {
    this.#lookedAt = performance.now();
    const recorded = this.#follows(what, query) ? this.#newestInPace() : this.#kept.nearest(query.step);
    const { description, words } = this.#run;
    if (!recorded) throw new Error(`run ${description.id}: it has not done a step yet`);
    const asked = JSON.stringify([what, { ...query, step: recorded.step }]);
    const known = this.#answers.get(asked);
    if (known?.recorded === recorded) return known.answer as T;
    const before = this.#ms;
    try {
      return this.#timed(() => {
        const answer = view({ recorded, description, words });
        this.#kept.lookedAt(recorded);
        this.#remember(asked, recorded, answer);
        return answer;
      });
    } finally {
      const spent = this.#ms - before;
      if (++this.#looks <= COLD_LOOKS) this.#excusedMs += spent;
      this.#pace.spent(spent);
    }
  }

  /** Reads of the kept step nearest to `step` what is needed for an answer that takes its turns with training. */
  look<T>(step: number | undefined, read: (run: ViewedRun) => T): T {
    this.#lookedAt = performance.now();
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

  /** Somebody follows the run, and the next question will be about a newer step. */
  #viewIsDue(): boolean {
    const now = performance.now();
    return this.#isRecent(this.#askedAt) && this.#pace.mayAdvance(now, this.#stepMs);
  }

  #isRecent(asked: number): boolean {
    return performance.now() - asked < Math.max(WATCHING_MS, WATCHING_STEPS * this.#stepMs);
  }

  #follows(what: string, { step }: { readonly step?: number }): boolean {
    return step === undefined && FOLLOWING.has(what);
  }

  #endWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The step that views which follow the run are shown. */
  #newestInPace(): Recording | undefined {
    const now = performance.now();
    this.#askedAt = now;
    const { newest, shown } = this.#kept;
    if (!newest || newest === shown) return newest;
    // A step that would have to be computed anew is passed over: the next one is taken along.
    if (shown && !(this.#pace.mayAdvance(now, this.#stepMs) && newest.atHand)) return shown;
    this.#kept.shown = newest;
    this.#pace.advance(now);
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
    this.#endWaiting();
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
    this.#forgetAnswers(recorded);
  }

  /** The latest step learns what was found out after it, as long as it is the latest. */
  #refreshEvidence(recorded: Recording): void {
    const { nudged } = recorded.evidence;
    recorded.evidence = { ...this.#evidence.now(this.#run.trainer.moved), nudged };
    this.#forgetAnswers(recorded);
  }

  #remember(asked: string, recorded: Recording, answer: unknown): void {
    this.#answers.delete(asked);
    this.#answers.set(asked, { recorded, answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  #forgetAnswers(recorded: Recording): void {
    for (const [asked, known] of this.#answers) if (known.recorded === recorded) this.#answers.delete(asked);
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
