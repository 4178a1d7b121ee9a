/**
 * A run while it trains: between steps it answers what was asked, waits while paused, and ends with everything
 * written. The training itself is training/loop.ts; this is what may interrupt it.
 */
import { setImmediate } from 'node:timers/promises';
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
import { MetricsFeed } from './metricsFeed.ts';
import { Pieces } from './pieces.ts';
import type { PreparedRun } from './prepareRun.ts';
import { isLive, nextStatus, type LiveStatus, type RunEvent } from './runState.ts';
import { watchOf, type Reason, type RunOutlets } from './runOutlets.ts';
import type { RunWatch } from './runWatch.ts';
import { Standstill } from './standstill.ts';

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
  #status: LiveStatus = 'starting';
  #step: number;
  #stopping = false;
  #stepsGranted = 0;
  /** Why numbers cannot go on from here; only stopping, or going back to a checkpoint, is left then. */
  #broken: string | null = null;
  /** Why nobody is asked and the run ends after this step. */
  #failure: string | null = null;
  /** Since when numbers are not finite, in a sentence, while the run goes on all the same. */
  #spoilt: string | null = null;
  readonly #standstill = new Standstill();
  /** Checks that were asked for during a step or an evaluation, and are done after it. */
  #checks: ((step: number | undefined) => void)[] = [];
  #checkpointed: number;
  readonly #watch: RunWatch;
  readonly #pieces = new Pieces();

  constructor(run: PreparedRun, outlets: RunOutlets) {
    this.#run = run;
    this.#outlets = outlets;
    run.trainer.say = (message) => outlets.log({ level: 'info', message });
    this.description = run.description;
    this.#step = run.from.step;
    this.#checkpointed = run.from.step;
    this.#watch = watchOf(run, outlets);
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
    return isLive(this.#status);
  }

  /** Whether its numbers are not finite any more: it can only go back to a checkpoint, or be stopped. */
  get broken(): boolean {
    return this.#broken !== null;
  }

  /** Whether it has steps to be looked at, also after its end. */
  get watched(): boolean {
    return this.live || this.#watch.newest !== null;
  }

  /** From the next step on. Throws, and changes nothing, when a condition cannot be read. */
  set breakpoints(list: readonly Breakpoint[]) {
    this.#breakpoints.list = list;
  }

  /** Resolves when the step that was being done is done. */
  async pause(): Promise<void> {
    this.#take('pause');
    await this.#whenParked();
  }

  resume(): void {
    this.#refuseIfBroken();
    this.#take('resume');
    this.#tell();
    this.#standstill.tell();
    this.#standstill.wake();
  }

  /** Resolves when the step is done. */
  async step(): Promise<void> {
    this.#refuseIfBroken();
    this.#take('step');
    this.#stepsGranted++;
    this.#standstill.wake();
    await this.#whenParked();
  }

  /** Resolves when the run has {@link ended}. */
  async stop(): Promise<void> {
    nextStatus(this.id, this.#status, 'stop');
    this.#stopping = true;
    this.#standstill.wake();
    await this.ended;
  }

  /** Nobody will ask it anything more: what its end leaves to be written is, without pauses. One that trains is let go as it is. */
  async leave(): Promise<void> {
    this.#pieces.hurry();
    if (this.#stopping || !this.live) await this.settled;
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
    if (this.#status === 'running') await this.#watch.readyToShow(what, query);
  }

  /** Before verdicts are given: what takes forward passes is tried while the run stands still, on its latest step. */
  prepareVerdicts(): void {
    if (this.#standstill.standing && !this.broken) this.#watch.nudgeLatest();
  }

  /** Checks what takes passes of its own, now or after the step, and gives the step if any. Throws when broken. */
  check(): Promise<number | undefined> {
    this.#refuseIfBroken();
    if (!this.live || this.#standstill.standing) return Promise.resolve(this.#watch.checkLatest());
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
      if ((await this.breathe()) === 'stop') return 'stop';
      this.#doChecks();
      const halt = this.#breakpoints.takeHalt();
      if (halt) {
        if ((await this.#haltAt(halt)) === 'stop') return 'stop';
        continue;
      }
      if (this.#status === 'running') return 'go';
      if (this.#stepsGranted > 0) {
        this.#stepsGranted--;
        return 'go';
      }
      await this.#park();
    }
  }

  async breathe(): Promise<'go' | 'stop'> {
    // Twice: the first lets messages in, the second lets their handlers answer.
    await setImmediate();
    await setImmediate();
    return this.#stopping ? 'stop' : 'go';
  }

  async write(line: TrainLine | EvalLine): Promise<void> {
    this.#step = line.step;
    this.#feed.add(line);
    if (!('split' in line)) {
      this.#watch.stepDone(line);
      this.#breakpoints.stepDone(line, this.#watch);
      if (line.non_finite === 0) this.#spoilt = null;
    }
    await this.#untilWritten(() => {
      this.#run.files.append(line);
      return Promise.resolve();
    });
  }

  async checkpoint(progress: Progress, best: boolean): Promise<void> {
    const { files, trainer } = this.#run;
    // The last good checkpoint is what such a run can go back to.
    if (this.#spoilt !== null) return;
    await this.#untilWritten(() => files.checkpoint(trainer, progress, best));
    this.#checkpointed = progress.step;
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
      if (this.#spoilt === null) this.#outlets.log({ level: 'warn', message: goesOnSentence(step, tensor) });
      this.#spoilt ??= sentence;
      return 'go';
    }
    this.#broken = sentence;
    await this.#run.files.flush();
    this.#feed.flush();
    await this.#keepLatest();
    if (this.#outlets.onTrouble === 'fail') throw new Error(sentence);
    this.#status = 'paused';
    await this.#park({ message: sentence, tensor, hits: halt.hits });
    return 'stopped';
  }

  takeIntrospectionMs(): number {
    return this.#watch.takeMs();
  }

  async #train(): Promise<void> {
    this.#take('begin');
    this.#tell();
    try {
      const outcome = await trainLoop(this.#run, this);
      const halt = outcome === 'done' ? this.#breakpoints.takeHalt() : null;
      if (halt) await this.#haltAt(halt);
      const failure = this.#failure ?? (outcome === 'done' ? this.#spoilt : null);
      await this.#end(failure !== null ? 'fail' : outcome === 'done' ? 'finish' : 'stop', failure);
    } catch (error) {
      await this.#end('fail', sentenceOf(error));
    }
  }

  /** Writes what is left, then says how the run ended. A failure to write is told, never swallowed. */
  async #end(event: 'finish' | 'stop' | 'fail', error: string | null): Promise<void> {
    this.#stopping = true;
    this.#feed.flush();
    let status = nextStatus(this.id, this.#status, event) as 'done' | 'stopped' | 'failed';
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
    this.#status = status;
    this.#tell(message === null ? {} : { message });
    this.#standstill.tell();
  }

  /** A breakpoint was hit: stands still after this step, or has the run end where nobody can be asked. */
  async #haltAt(halt: Halt): Promise<'go' | 'stop'> {
    if (this.#outlets.onTrouble === 'fail') {
      this.#failure = endSentence(this.#step, halt);
      return 'stop';
    }
    this.#status = 'paused';
    this.#stepsGranted = 0;
    await this.#park({ message: haltSentence(this.#step, halt), hits: halt.hits });
    return 'go';
  }

  /** Stands still until woken. Everything known is written first, so that it can be looked at and survives a kill. */
  async #park(trouble: Reason = {}): Promise<void> {
    this.#feed.flush();
    try {
      await this.#keepLatest();
      await this.#run.files.flush();
      await this.#run.files.setStatus('paused');
    } catch (error) {
      // A pause must hold even when nothing can be written; the next write of the run asks again.
      this.#outlets.log({ level: 'error', message: sentenceOf(error) });
    }
    this.#tell(trouble);
    await this.#untilWoken();
    if (this.#status === 'running') await this.#run.files.setStatus('running');
  }

  /** Waits for resume, step or stop; returns at once when one of them came meanwhile. */
  #untilWoken(): Promise<void> {
    return this.#standstill.until(() => this.#stopping || this.#status === 'running' || this.#stepsGranted > 0);
  }

  /** Does it until it works: a full disk pauses the run, and resuming tries again. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StorageError) || this.#outlets.onTrouble === 'fail' || this.#stopping) throw error;
        this.#outlets.log({ level: 'error', message: error.message });
        this.#status = 'paused';
        this.#tell({ message: error.message });
        await this.#untilWoken();
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
    return step === this.#run.plan.steps || this.#status === 'paused';
  }

  #take(event: RunEvent): void {
    this.#status = nextStatus(this.id, this.#status, event);
  }

  #refuseIfBroken(): void {
    if (this.#broken !== null) throw new Error(`run ${this.id} cannot go on: ${this.#broken}`);
  }

  #tell(more: Reason = {}): void {
    this.#outlets.status({
      run: this.id,
      status: this.#status,
      step: this.#step,
      plannedSteps: this.#run.plan.steps,
      ...more,
    });
  }

  #whenParked(): Promise<void> {
    return this.live ? this.#standstill.reached() : Promise.resolve();
  }
}
