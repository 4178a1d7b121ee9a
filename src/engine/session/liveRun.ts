/**
 * A run while it trains: what its loop (training/loop.ts) writes, keeps and shows, where it stands still, and how it ends
 * with everything written. What is asked of it meanwhile is in steering.ts, what is wrong with it in runTrouble.ts.
 */
import type { Breakpoint } from '../../shared/breakpoint.ts';
import type { EvalLine, RunDescription, TrainLine } from '../../shared/engineContract.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';
import type { Halt } from '../breakpoints/breakpoints.ts';
import { endSentence, goesOnSentence, haltSentence, notFiniteSentence } from '../breakpoints/haltSentences.ts';
import { RunBreakpoints } from '../breakpoints/runBreakpoints.ts';
import { StorageError } from '../checkpoints/storageError.ts';
import type { Evaluation } from '../training/evaluate.ts';
import { trainLoop, type LoopHost, type Progress } from '../training/loop.ts';
import { disposeParts } from './buildRun.ts';
import { keepEarlier, keepLatest } from './keepForLater.ts';
import { KeptSeries } from './keptSeries.ts';
import { MetricsFeed } from './metricsFeed.ts';
import { Pieces } from './pieces.ts';
import type { PreparedRun } from './prepareRun.ts';
import { watchOf, type Reason, type RunOutlets } from './runOutlets.ts';
import { RunTrouble } from './runTrouble.ts';
import type { RunWatch } from './runWatch.ts';
import { Steering } from './steering.ts';

export class LiveRun implements LoopHost {
  readonly description: RunDescription;
  /** Resolves when the run has ended, with its checkpoint and its last step written. */
  readonly ended: Promise<void>;
  /** Resolves when earlier steps are written too: until then the run computes, between what it is asked. */
  readonly settled: Promise<void>;
  readonly #run: PreparedRun;
  readonly #outlets: RunOutlets;
  readonly #feed: MetricsFeed;
  readonly #breakpoints: RunBreakpoints;
  readonly #steering: Steering;
  readonly #trouble: RunTrouble;
  #step: number;
  /** Checks that were asked for during a step or an evaluation, and are done after it. */
  #checks: ((step: number | undefined) => void)[] = [];
  #checkpointed: number;
  readonly #watch: RunWatch;
  readonly #series: KeptSeries;
  readonly #pieces = new Pieces();

  constructor(run: PreparedRun, outlets: RunOutlets) {
    this.#run = run;
    this.#outlets = outlets;
    run.trainer.say = (message) => outlets.log({ level: 'info', message });
    this.description = run.description;
    this.#step = run.from.step;
    this.#checkpointed = run.from.step;
    this.#steering = new Steering(this.id, (reason) => this.#tell(reason));
    this.#trouble = new RunTrouble(this.id);
    this.#watch = watchOf(run, outlets);
    this.#series = new KeptSeries(run.files.folder, this.#watch, outlets.log);
    this.#breakpoints = new RunBreakpoints(outlets.breakpoints, run.description);
    const { expectsLook } = run.trainer;
    run.trainer.expectsLook = (step) =>
      this.#isSureToBeRead(step) || this.#breakpoints.reads(step) || expectsLook(step);
    this.#feed = new MetricsFeed(this.id, run.plan.steps, outlets.metrics);
    this.ended = this.#train();
    this.settled = this.ended.then(() => keepEarlier(run.files.folder, this.#watch, this.#pieces, outlets.log));
  }

  get id(): string {
    return this.description.id;
  }

  /** Whether it still holds the engine. */
  get live(): boolean {
    return this.#steering.live;
  }

  /** Whether its numbers are not finite any more: it can only go back to a checkpoint, or be stopped. */
  get broken(): boolean {
    return this.#trouble.broken;
  }

  /** Whether it has steps to be looked at, also after its end. */
  get watched(): boolean {
    return this.live || this.#watch.newest !== null;
  }

  /** From the next step on. Throws, and changes nothing, when a condition cannot be read. */
  set breakpoints(list: readonly Breakpoint[]) {
    this.#breakpoints.list = list;
  }

  /** Resolves when the step or the evaluation that was under way is done, and written. */
  pause(): Promise<void> {
    return this.#steering.pause();
  }

  resume(): void {
    this.#trouble.refuseIfBroken();
    this.#steering.resume();
  }

  /** Resolves when the step is done. */
  async step(): Promise<void> {
    this.#trouble.refuseIfBroken();
    await this.#steering.step();
  }

  /** Resolves when the run has {@link ended}. */
  async stop(): Promise<void> {
    this.#steering.stop();
    await this.ended;
  }

  /** Nobody will ask it anything more: one that trains or stands is stopped, and what its end leaves to be written is, without pauses. */
  async leave(): Promise<void> {
    this.#pieces.hurry();
    if (this.live) this.#steering.stop();
    await this.settled;
  }

  /** Lines are on their way to metrics.jsonl within a moment; this waits for them. */
  flushMetrics(): Promise<void> {
    return this.#run.files.flush();
  }

  /** Its steps and all else to be looked at; what that takes counts as introspection. */
  get views(): Pick<
    RunWatch,
    'answer' | 'look' | 'beside' | 'keptView' | 'histograms' | 'allHistograms' | 'activations'
  > {
    return this.#watch;
  }

  /** Before a view is asked for: while it trains, a first look may wait for the step that is being done. */
  async readyToShow(what: string, query: { readonly step?: number }): Promise<void> {
    if (this.#steering.status === 'running') await this.#watch.readyToShow(what, query);
  }

  /** Before verdicts are given: what takes forward passes is tried while the run stands still, on its latest step. */
  prepareVerdicts(): void {
    if (this.#steering.standing && !this.broken) this.#watch.nudgeLatest();
  }

  /** Checks what takes passes of its own, now or after the step, and gives the step if any. Throws when broken. */
  check(): Promise<number | undefined> {
    this.#trouble.refuseIfBroken();
    if (!this.live || this.#steering.standing) return Promise.resolve(this.#watch.checkLatest());
    return new Promise((resolve) => this.#checks.push(resolve));
  }

  /** Frees what is left of a run that has ended. */
  dispose(): void {
    this.#watch.dispose();
    disposeParts(this.#run);
  }

  async turn(stepsDone: number): Promise<'go' | 'stop'> {
    this.#step = stepsDone;
    for (;;) {
      if ((await this.#steering.listen('writing')) === 'stop') return 'stop';
      this.#doChecks();
      const halt = this.#breakpoints.takeHalt();
      if (halt) {
        if ((await this.#haltAt(halt)) === 'stop') return 'stop';
        continue;
      }
      if (this.#steering.takeTurn()) return 'go';
      await this.#park();
    }
  }

  breathe(): Promise<'go' | 'stop'> {
    return this.#steering.listen('evaluation');
  }

  async write(line: TrainLine | EvalLine): Promise<void> {
    this.#step = line.step;
    this.#feed.add(line);
    if (!('split' in line)) {
      this.#watch.stepDone(line);
      this.#breakpoints.stepDone(line, this.#watch);
      if (line.non_finite === 0) this.#trouble.recover();
    }
    await this.#untilWritten(() => {
      this.#run.files.append(line);
      return Promise.resolve();
    });
  }

  async checkpoint(progress: Progress, best: boolean): Promise<void> {
    const { files, trainer } = this.#run;
    if (this.#trouble.spoilt) return;
    await this.#untilWritten(() => files.checkpoint(trainer, progress, best));
    this.#checkpointed = progress.step;
    await this.#series.checkpointed();
  }

  evaluated(step: number, cleanEval: Evaluation['cleanEval']): void {
    this.#watch.evaluated(step, cleanEval);
  }

  averagingBegan(step: number): void {
    const message = `step ${step}: validation has stopped improving; from here on weights are averaged, and the averages are evaluated and kept`;
    this.#outlets.log({ level: 'info', message });
    this.#tell({ message });
  }

  async notFinite(step: number, tensor: string): Promise<'go' | 'stopped'> {
    const sentence = notFiniteSentence(step, tensor, this.#checkpointed);
    const halt = this.#breakpoints.takeHalt();
    if (!halt) {
      if (this.#trouble.spoil(sentence)) this.#outlets.log({ level: 'warn', message: goesOnSentence(step, tensor) });
      return 'go';
    }
    this.#trouble.break(sentence);
    await this.#run.files.flush();
    this.#feed.flush();
    await this.#keepLatest();
    if (this.#outlets.onTrouble === 'fail') throw new Error(sentence);
    this.#steering.hold();
    await this.#park({ message: sentence, tensor, hits: halt.hits });
    return 'stopped';
  }

  takeIntrospectionMs(): number {
    return this.#watch.takeMs();
  }

  async #train(): Promise<void> {
    this.#steering.begin();
    try {
      const outcome = await trainLoop(this.#run, this);
      const halt = outcome === 'done' ? this.#breakpoints.takeHalt() : null;
      if (halt) await this.#haltAt(halt);
      const failure = this.#trouble.failureOf(outcome);
      await this.#end(failure !== null ? 'fail' : outcome === 'done' ? 'finish' : 'stop', failure);
    } catch (error) {
      await this.#end('fail', sentenceOf(error));
    }
  }

  /** Writes what is left, then says how the run ended. A failure to write is told, never swallowed. */
  async #end(event: 'finish' | 'stop' | 'fail', error: string | null): Promise<void> {
    let status: 'done' | 'stopped' | 'failed' = this.#steering.ending(event);
    this.#feed.flush();
    let message = error;
    this.#doChecks();
    try {
      await this.#keepLatest();
      await this.#run.files.setStatus(status, error);
    } catch (trouble) {
      status = 'failed';
      message = error ?? sentenceOf(trouble);
    }
    await this.#run.files.close().catch((trouble: unknown) => {
      this.#outlets.log({ level: 'error', message: sentenceOf(trouble) });
    });
    this.#steering.ended(status, message === null ? {} : { message });
  }

  /** A breakpoint was hit: stands still after this step, or has the run end where nobody can be asked. */
  async #haltAt(halt: Halt): Promise<'go' | 'stop'> {
    if (this.#outlets.onTrouble === 'fail') {
      this.#trouble.fail(endSentence(this.#step, halt));
      return 'stop';
    }
    this.#steering.hold();
    await this.#park({ message: haltSentence(this.#step, halt), hits: halt.hits });
    return 'go';
  }

  /** Stands still until woken. Everything known is written first, so that it can be looked at and survives a kill. */
  async #park(trouble: Reason = {}): Promise<void> {
    this.#feed.flush();
    this.#steering.arriving();
    try {
      await this.#keepLatest();
      await this.#run.files.flush();
      await this.#run.files.setStatus('paused');
    } catch (error) {
      // A pause must hold even when nothing can be written; the next write of the run asks again.
      this.#outlets.log({ level: 'error', message: sentenceOf(error) });
    }
    this.#steering.arrived();
    this.#tell(trouble);
    await this.#steering.stand();
    if (this.#steering.status === 'running') await this.#run.files.setStatus('running');
  }

  /** Does it until it works: a full disk pauses the run, and resuming tries again. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StorageError) || this.#outlets.onTrouble === 'fail' || this.#steering.stopping)
          throw error;
        this.#outlets.log({ level: 'error', message: error.message });
        this.#steering.hold();
        this.#steering.arrived();
        this.#tell({ message: error.message });
        await this.#steering.stand();
      }
    }
  }

  #doChecks(): void {
    const checks = this.#checks.splice(0);
    if (checks.length === 0) return;
    const step = this.#watch.checkLatest();
    for (const resolve of checks) resolve(step);
  }

  /** The latest step is kept with the check that is worth a few small passes. */
  async #keepLatest(): Promise<void> {
    if (!this.broken) this.#watch.nudgeLatest();
    await keepLatest(this.#run.files.folder, this.#watch, this.#outlets.log);
  }

  /** The last step is written down, and whoever asks for a single one looks at it. */
  #isSureToBeRead(step: number): boolean {
    return step === this.#run.plan.steps || this.#steering.status === 'paused';
  }

  #tell(more: Reason = {}): void {
    this.#outlets.status({
      run: this.id,
      ...this.#steering.told,
      step: this.#step,
      plannedSteps: this.#run.plan.steps,
      ...more,
    });
  }
}
