/**
 * Training steps that are timed one by one while more or less is observed: nothing, what a run keeps of itself, or also
 * what an open panel asks for. One model and one trainer throughout, so that rounds of each can alternate.
 */
import type { BenchDimensions, BenchObservation } from '../../shared/benchContract.ts';
import type { BackendReport } from '../../shared/backendReport.ts';
import type { LanguageModel } from '../models/languageModel.ts';
import { DEFAULT_BUDGET_PERCENT } from '../session/introspectionBudget.ts';
import { RunWatch } from '../session/runWatch.ts';
import { detailsDue } from '../training/plan.ts';
import { Trainer } from '../training/trainer.ts';
import { trainLine } from '../training/trainLine.ts';
import { benchBatch, benchModel, benchSettings, LEARNING_RATE } from './benchModel.ts';
import { benchRun } from './benchRun.ts';
import { OpenPanel } from './openPanel.ts';

const ENDLESS = { steps: Infinity };
/** After a change of what is observed: a step that is taken along, and a panel's first picture of it. */
const UNTIMED = 3;

/** Milliseconds of a step with all that observes it, and of the training step alone. */
export interface TimedStep {
  readonly ms: number;
  readonly alone: number;
}

export class BenchSteps {
  readonly model: LanguageModel;
  readonly trainer: Trainer;
  /** What the trainer said of how steps are run. */
  readonly said: string[] = [];
  readonly #sizes: BenchDimensions;
  readonly #backend: BackendReport;
  readonly #budgetPercent: number;
  #watched: { watch: RunWatch; panel: OpenPanel } | null = null;
  #observation: BenchObservation = 'off';
  #step = 0;

  /** `budgetPercent`: most of the time that observing may take, as a run has it; its default without. */
  constructor(sizes: BenchDimensions, backend: BackendReport, budgetPercent = DEFAULT_BUDGET_PERCENT) {
    this.#budgetPercent = budgetPercent;
    this.#sizes = sizes;
    this.#backend = backend;
    this.model = benchModel(sizes);
    this.trainer = new Trainer(this.model, benchSettings(sizes));
    this.trainer.recording = false;
    this.trainer.say = (message) => this.said.push(message);
  }

  /** `count` steps. A change of what is observed is paid by steps before them. */
  run(count: number, observation: BenchObservation): TimedStep[] {
    if (this.#observation !== observation) {
      this.#observation = observation;
      this.trainer.recording = observation !== 'off';
      for (let i = 0; i < UNTIMED; i++) this.#next();
    }
    return Array.from({ length: count }, () => this.#next());
  }

  dispose(): void {
    this.#watched?.watch.dispose();
    this.trainer.dispose();
    this.model.dispose();
  }

  #next(): TimedStep {
    const step = ++this.#step;
    const batch = benchBatch(this.#sizes, step);
    const observed = this.#observation !== 'off';
    const { watch, panel } = observed ? this.#watching() : {};
    const details = observed && detailsDue(step, ENDLESS);
    const began = performance.now();
    const result = this.trainer.step(batch, { step, lr: LEARNING_RATE, details });
    const alone = performance.now() - began;
    if (watch) {
      const introspection_ms = watch.takeMs();
      const ms = alone + introspection_ms;
      const { rows, length: bptt } = batch;
      const facts = { step, epoch: 1, lr: LEARNING_RATE, bptt, tokens: rows * bptt, ms, introspection_ms };
      watch.stepDone(trainLine(facts, result, details));
      if (this.#observation === 'visible') panel!.afterStep();
    }
    return { ms: performance.now() - began, alone };
  }

  #watching(): { watch: RunWatch; panel: OpenPanel } {
    if (this.#watched) return this.#watched;
    const { trainer } = this;
    const run = benchRun(this.#sizes, this.model, this.#backend);
    const earlier = { histograms: [], step: 0 };
    const budgetPercent = this.#budgetPercent;
    const watch = new RunWatch({ ...run, trainer, earlier, budgetPercent, say: (message) => this.said.push(message) });
    return (this.#watched = { watch, panel: new OpenPanel(watch, run.description) });
  }
}
