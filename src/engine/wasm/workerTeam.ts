/**
 * The worker threads that compute beside the engine's own thread, in the memory they share with it. They start in the
 * background and count once they are ready; until then, and after one of them has ended, the engine's thread works
 * alone. The protocol between threads is in assembly/team.ts.
 */
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { WasmMemory, WasmModule } from './webAssembly.ts';
import { sentenceOf } from '../../shared/sentenceOf.ts';

/** Given as text, so that a bundle needs no second file: a worker enters the kernels and stays there. */
const WORKER = `
  const { workerData: { module, memory, control, scratch, thread, threads } } = require('node:worker_threads');
  new WebAssembly.Instance(module, { env: { memory } }).exports.serve(control, scratch, thread, threads);
`;

/** Offsets in the control block; assembly/team.ts has all of them. */
const CALL = 0;
const ARRIVED = 64;
const READY = 256;
const STOP = 384;
export const CONTROL_BYTES = 512;

export interface TeamPlace {
  module: WasmModule;
  memory: WasmMemory;
  /** Addresses of the control block and of the scratch of thread 0. */
  control: number;
  scratch: number;
}

export class WorkerTeam {
  readonly #words: Int32Array;
  readonly #control: number;
  readonly #workers: Worker[] = [];
  readonly #report: (sentence: string) => void;
  #over = false;

  /** Starts `threads` - 1 workers. `report` gets one sentence when a worker is lost. */
  constructor(place: TeamPlace, threads: number, report: (sentence: string) => void) {
    this.#report = report;
    this.#control = place.control;
    this.#words = new Int32Array(place.memory.buffer);
    for (let thread = 1; thread < threads; thread++) {
      const worker = new Worker(WORKER, { eval: true, execArgv: [], workerData: { ...place, thread, threads } });
      worker.on('error', (error) => {
        this.abandon(sentenceOf(error));
      });
      worker.on('exit', () => {
        this.abandon('it ended');
      });
      worker.unref();
      this.#workers.push(worker);
    }
  }

  /** How many threads a kernel may use now: all of them or one. */
  get size(): number {
    const workers = this.#workers.length;
    return !this.#over && Atomics.load(this.#words, this.#word(READY)) === workers ? workers + 1 : 1;
  }

  /** Resolves when every worker has reported, or the team has been abandoned. */
  async ready(): Promise<void> {
    while (!this.#over && this.size === 1) await setTimeout(1);
  }

  /** Goes on without the workers, and says so. */
  abandon(reason: string): void {
    if (this.#over) return;
    void this.stop();
    this.#report(`a worker thread of the wasm backend is gone (${reason}): the work goes on with one thread`);
  }

  /** Ends the workers; resolves when they have. The control block may be freed after that. */
  async stop(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    Atomics.store(this.#words, this.#word(STOP), 1);
    Atomics.add(this.#words, this.#word(CALL), 1);
    Atomics.notify(this.#words, this.#word(CALL));
    Atomics.store(this.#words, this.#word(ARRIVED), 0);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #word(offset: number): number {
    return (this.#control + offset) >>> 2;
  }
}
