/**
 * What a run is asked from outside while it trains: to pause, to go on, to do one step, to stop. It is asked between two
 * steps or in an evaluation, and says at once that it has heard; it does as asked when its loop comes back to here.
 */
import { setImmediate } from 'node:timers/promises';
import type { StatusUpdate } from '../../shared/engineContract.ts';
import type { Halting } from '../../shared/halting.ts';
import type { Reason } from './runOutlets.ts';
import { isLive, nextStatus, type LiveStatus, type RunEvent } from './runState.ts';
import { Standstill } from './standstill.ts';

export class Steering {
  readonly #run: string;
  readonly #changed: (reason?: Reason) => void;
  readonly #standstill = new Standstill();
  #status: LiveStatus = 'starting';
  #stopping = false;
  #stepsGranted = 0;
  #halting: Halting | null = null;
  /** What a pause that is asked for now has to wait for. */
  #underWay: 'evaluation' | 'writing' = 'writing';

  /** `changed` is called whenever what is {@link told} has changed, with the reason for an end. */
  constructor(run: string, changed: (reason?: Reason) => void) {
    this.#run = run;
    this.#changed = changed;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** The status as others are told: a run that was asked to pause or to stop runs until it does. */
  get told(): Pick<StatusUpdate, 'status' | 'halting'> {
    return this.#halting ? { status: 'running', halting: this.#halting } : { status: this.#status };
  }

  /** Whether the run still holds the engine. */
  get live(): boolean {
    return isLive(this.#status);
  }

  /** Whether it waits to be told what to do. */
  get standing(): boolean {
    return this.#standstill.standing;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  begin(): void {
    this.#take('begin');
    this.#changed();
  }

  /** Resolves when the run stands, or has ended. */
  async pause(): Promise<void> {
    if (this.#halting?.by !== 'pause') {
      this.#take('pause');
      this.#halt({ by: 'pause', after: this.#underWay });
    }
    await this.#standstill.reached();
  }

  resume(): void {
    this.#take('resume');
    this.#halting = null;
    this.#changed();
    this.#standstill.tell();
    this.#standstill.wake();
  }

  /** Resolves when the step is done. */
  async step(): Promise<void> {
    this.#take('step');
    this.#stepsGranted++;
    this.#standstill.wake();
    await this.#standstill.reached();
  }

  stop(): void {
    nextStatus(this.#run, this.#status, 'stop');
    this.#stopping = true;
    // One that stands, or does a single step, is paused for everybody until it has ended.
    if (this.#status === 'running' || this.#halting) this.#halt({ by: 'stop', after: 'writing' });
    this.#standstill.wake();
  }

  /** Whoever has asked something is heard and answered; `underWay` is what a pause has to wait for. */
  async listen(underWay: 'evaluation' | 'writing'): Promise<'go' | 'stop'> {
    this.#underWay = underWay;
    // Twice: the first lets messages in, the second lets their handlers answer.
    await setImmediate();
    await setImmediate();
    this.#underWay = 'writing';
    return this.#stopping ? 'stop' : 'go';
  }

  /** Whether the next step may be done; one that was granted is used up. */
  takeTurn(): boolean {
    if (this.#status === 'running') return true;
    if (this.#stepsGranted === 0) return false;
    this.#stepsGranted--;
    return true;
  }

  /** The run pauses of itself, whatever it was granted. */
  hold(): void {
    this.#status = 'paused';
    this.#stepsGranted = 0;
  }

  /** It will stand when the last step is written. */
  arriving(): void {
    if (this.#halting?.after === 'evaluation') this.#halt({ by: this.#halting.by, after: 'writing' });
  }

  /** From now on it is told of as paused, unless something else was asked meanwhile. */
  arrived(): void {
    if (!this.#stopping) this.#halting = null;
  }

  /** Waits for resume, step or stop; returns at once when one of them came meanwhile. */
  stand(): Promise<void> {
    return this.#standstill.until(() => this.#stopping || this.#status === 'running' || this.#stepsGranted > 0);
  }

  /** Nothing can be asked of it any more. Gives the status in which it ends. */
  ending(event: 'finish' | 'stop' | 'fail'): 'done' | 'stopped' | 'failed' {
    this.#stopping = true;
    return nextStatus(this.#run, this.#status, event) as 'done' | 'stopped' | 'failed';
  }

  /** It has ended so; those who wait for it to stand need not any longer. */
  ended(status: 'done' | 'stopped' | 'failed', reason: Reason): void {
    this.#status = status;
    this.#halting = null;
    this.#changed(reason);
    this.#standstill.tell();
  }

  #take(event: RunEvent): void {
    this.#status = nextStatus(this.#run, this.#status, event);
  }

  #halt(halting: Halting): void {
    this.#halting = halting;
    this.#changed();
  }
}
