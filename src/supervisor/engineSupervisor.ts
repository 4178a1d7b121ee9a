/**
 * Keeps one engine process: starts it when first needed, shakes hands, carries typed requests and notifications,
 * notices when it dies or hangs, and starts it again with growing pauses. Whoever drives it (extension host, command
 * line) resumes runs after `onDidStart`; the supervisor only carries messages.
 */
import { existsSync } from 'node:fs';
import type {
  EngineHello,
  EngineNotifications,
  EngineRequests,
  LogLine,
  RunStatus,
  StatusUpdate,
} from '../shared/engineContract.ts';
import type { CancellationLike } from '../shared/rpc.ts';
import { sentenceOf } from '../shared/sentenceOf.ts';
import { EngineProcess, type EngineEnd, type EngineOptions } from './engineProcess.ts';
import { RestartCounter, THREE_IN_FIVE_MINUTES, type RestartPolicy } from './restartPolicy.ts';

export interface SupervisorOptions extends EngineOptions {
  readonly restarts?: RestartPolicy;
}

export interface EngineExit {
  /** For people: what happened. */
  readonly sentence: string;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** When it will be started again; null when it stays down until `restart()` or a later request after `restart()`. */
  readonly restartInMs: number | null;
}

interface Disposable {
  dispose(): void;
}

type NotificationListener = (params: never) => void;

export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  readonly #counter: RestartCounter;
  readonly #notified = new Map<string, Set<NotificationListener>>();
  readonly #exited = new Set<(info: EngineExit) => void>();
  readonly #started = new Set<(hello: EngineHello) => void>();
  readonly #runs = new Map<string, RunStatus>();
  #engine: Promise<EngineProcess> | null = null;
  #live: EngineProcess | null = null;
  #restartTimer: NodeJS.Timeout | null = null;
  /** Why it stays down, once it does. */
  #down: string | null = null;
  #disposed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#counter = new RestartCounter(options.restarts ?? THREE_IN_FIVE_MINUTES);
  }

  /**
   * Asks the engine, starting it if need be. Rejects with the engine's own sentence, with `Disconnected` when it dies
   * meanwhile, and with the reason while it stays down.
   */
  async request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M][0],
    token?: CancellationLike,
  ): Promise<EngineRequests[M][1]> {
    const engine = await this.#running();
    return engine.request(method, params, token);
  }

  /** Listens to a notification, across restarts. */
  on<M extends keyof EngineNotifications>(method: M, listener: (params: EngineNotifications[M]) => void): Disposable {
    const listeners = this.#notified.get(method) ?? new Set();
    this.#notified.set(method, listeners);
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  }

  /** The engine ended without having been asked to. */
  onDidExit(listener: (info: EngineExit) => void): Disposable {
    this.#exited.add(listener);
    return { dispose: () => this.#exited.delete(listener) };
  }

  /** The engine is up and has shaken hands: at first, and after each restart. */
  onDidStart(listener: (hello: EngineHello) => void): Disposable {
    this.#started.add(listener);
    return { dispose: () => this.#started.delete(listener) };
  }

  /** Process id of the engine while it is up. */
  get pid(): number | undefined {
    return this.#live?.pid;
  }

  /** Starts the engine again although it was to stay down, or kills a hung one first. */
  async restart(): Promise<void> {
    this.#counter.forgive();
    this.#down = null;
    this.#live?.end();
    this.#live = null;
    this.#engine = null;
    this.#cancelTimer();
    await this.#running();
  }

  /**
   * Lets go of the engine, which leaves within {@link LEAVE_MS}: a run that trains is stopped with a checkpoint, and what can
   * be looked at is written. Where that takes longer, nothing is lost but the steps since the last checkpoint, which is
   * complete or absent.
   */
  dispose(): void {
    this.#disposed = true;
    this.#cancelTimer();
    this.#live?.leave();
    this.#live = null;
    this.#engine = null;
    this.#notified.clear();
    this.#exited.clear();
    this.#started.clear();
  }

  #running(): Promise<EngineProcess> {
    if (this.#disposed) return Promise.reject(new Error('the engine was shut down'));
    if (this.#down !== null) return Promise.reject(new Error(this.#down));
    if (this.#restartTimer !== null) this.#cancelTimer();
    this.#engine ??= this.#start();
    return this.#engine;
  }

  async #start(): Promise<EngineProcess> {
    const { log, entry } = this.#options;
    if (!existsSync(entry)) {
      this.#engine = null;
      throw new Error(`the engine ${entry} is missing (run npm run build)`);
    }
    const process = new EngineProcess({
      ...this.#options,
      onNotification: (method, params) => this.#deliver(method, params),
      onEnd: (end) => this.#ended(process, end),
      busy: () => [...this.#runs.values()].some((status) => status === 'starting' || status === 'running'),
    });
    this.#live = process;
    const hello = await process.handshake();
    log({ level: 'info', message: `engine ${hello.version} is up, process ${hello.pid}, Node ${hello.node}` });
    for (const listener of this.#started) listener(hello);
    return process;
  }

  #deliver(method: keyof EngineNotifications, params: unknown): void {
    if (method === 'status') {
      const update = params as StatusUpdate;
      this.#runs.set(update.run, update.status);
    }
    if (method === 'log') this.#options.log(params as LogLine);
    for (const listener of this.#notified.get(method) ?? []) listener(params as never);
  }

  #ended(process: EngineProcess, end: EngineEnd): void {
    if (this.#live !== process) return;
    this.#live = null;
    this.#engine = null;
    this.#runs.clear();
    const restartInMs = end.final ? null : this.#counter.died(Date.now());
    const policy = this.#options.restarts ?? THREE_IN_FIVE_MINUTES;
    const stays =
      restartInMs === null && !end.final && policy.most > 0
        ? `; it ended ${policy.most + 1} times in ${Math.round(policy.withinMs / 60_000)} minutes and stays down until it is restarted by hand`
        : '';
    const sentence = end.sentence + stays;
    if (restartInMs === null) this.#down = sentence;
    this.#options.log({ level: 'error', message: sentence });
    if (restartInMs !== null) this.#restartLater(restartInMs);
    for (const listener of this.#exited) {
      listener({ sentence, signal: end.signal, code: end.code, restartInMs });
    }
  }

  #restartLater(pauseMs: number): void {
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = null;
      this.#running().catch((error: unknown) => {
        // A start that fails has already been reported as an exit; this keeps the reason of a refused handshake.
        this.#options.log({ level: 'error', message: sentenceOf(error) });
      });
    }, pauseMs);
  }

  #cancelTimer(): void {
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    this.#restartTimer = null;
  }
}
