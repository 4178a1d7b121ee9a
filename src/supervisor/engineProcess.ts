/**
 * One engine process from fork to exit: its connection, its handshake, its output lines and its heartbeat. It reports
 * its end exactly once and never lives again; restarting is the supervisor's business.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import {
  LEAVE_MS,
  PROTOCOL_VERSION,
  type EngineHello,
  type EngineNotifications,
  type EngineRequests,
  type LogLine,
} from '../shared/engineContract.ts';
import type { JobRequests } from '../shared/jobContract.ts';
import { createClient, type CancellationLike, type Client, type RawConnection } from '../shared/rpc.ts';
import { ownNativeFolder } from './native/nativeFolder.ts';
import { ownArrays } from './ownedArrays.ts';

export interface EngineEnd {
  readonly sentence: string;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** Starting again cannot help: another version, or no such file. */
  readonly final: boolean;
}

/** Which engine is run how, and how long it may be silent. */
export interface EngineOptions {
  /** The bundled engine, dist/engine.cjs. */
  readonly entry: string;
  /** The Node (or Electron) to run it with; this process's own by default. */
  readonly execPath?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log: (line: LogLine) => void;
  /** Silence after which the engine is asked for a sign of life. */
  readonly heartbeatMs?: number;
  /** How long an idle engine may take to answer before it counts as hung; one that computes has `busyGraceMs`. */
  readonly graceMs?: number;
  readonly busyGraceMs?: number;
}

interface EngineProcessOptions extends EngineOptions {
  readonly onNotification: (method: keyof EngineNotifications, params: unknown) => void;
  readonly onEnd: (end: EngineEnd) => void;
  /** Whether a run is computing: then an answer may take as long as a training step. */
  readonly busy: () => boolean;
}

const NOTIFICATIONS: readonly (keyof EngineNotifications)[] = [
  'status',
  'metrics',
  'log',
  'whatIfProgress',
  'exportProgress',
];
const JOBS: ReadonlySet<string> = new Set<keyof JobRequests>([
  'bench',
  'trace',
  'recordedTrace',
  'convert',
  'generate',
  'verify',
]);
/** Below normal, so that training never competes with the editor for a core. */
const PRIORITY = 10;
const SHUT_DOWN = 'the engine was shut down';

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #child: ChildProcess;
  readonly #client: Client<EngineRequests, EngineNotifications>;
  readonly #heartbeat: NodeJS.Timeout;
  /**
   * Milliseconds in which this side was awake to listen; both moments below are on this clock. While the machine sleeps,
   * or this thread is held, an answer cannot be heard: that is no silence of the engine.
   */
  #awakeMs = 0;
  #lastBeat = performance.now();
  #lastSign = 0;
  #askedAt: number | null = null;
  /** Set when we end it ourselves, or know better than the exit code why it ended. */
  #reason: { sentence: string; final: boolean } | null = null;
  #over = false;
  /** How many jobs wait for their answer: they compute without a sign of life. */
  #jobs = 0;
  #wanted = false;
  /** Ends one that was let go and did not leave. */
  #last: NodeJS.Timeout | undefined;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#child = fork(options.entry, [], {
      ...(options.execPath === undefined ? {} : { execPath: options.execPath }),
      env: {
        ...process.env,
        DROPSCOPE_INSTALLED: ownNativeFolder(),
        ...options.env,
        ELECTRON_RUN_AS_NODE: '1',
        ELECTRON_NO_ASAR: '1',
      },
      // An inherited --inspect port, or the test runner's flags, are not for the engine.
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#forwardOutput();
    const raw = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child));
    // A failed write is followed by the exit that explains it.
    raw.onError(() => undefined);
    this.#client = createClient<EngineRequests, EngineNotifications>(raw as unknown as RawConnection);
    for (const method of NOTIFICATIONS) {
      this.#client.on(method, (params) => {
        this.#alive();
        options.onNotification(method, ownArrays(params));
      });
    }
    this.#child.once('error', (error) => this.#finish(null, null, `the engine could not be started: ${error.message}`));
    this.#child.once('exit', (code, signal) => this.#finish(code, signal));
    this.#lowerPriority();
    const everyMs = Math.max(50, (options.heartbeatMs ?? 10_000) / 4);
    this.#heartbeat = setInterval(() => this.#beat(2 * everyMs), everyMs);
    this.#heartbeat.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the engine speaks our protocol; rejects (and ends it for good) when it speaks another. */
  async handshake(): Promise<EngineHello> {
    let hello: EngineHello;
    // Starting is work: a cold disk or a loaded machine may take longer over it than an idle engine over an answer.
    this.#jobs++;
    try {
      hello = await this.request('hello', null);
    } catch (error) {
      throw new Error(this.#reason?.sentence ?? 'the engine ended before it answered', { cause: error });
    } finally {
      this.#jobs--;
    }
    if (hello.protocol !== PROTOCOL_VERSION) {
      const sentence = `the engine speaks protocol ${hello.protocol}, this side ${PROTOCOL_VERSION}: they are of different builds (run npm run build, then reload)`;
      this.#kill(sentence, true);
      throw new Error(sentence);
    }
    return hello;
  }

  async request<M extends keyof EngineRequests>(
    method: M,
    params: EngineRequests[M][0],
    token?: CancellationLike,
  ): Promise<EngineRequests[M][1]> {
    const job = JOBS.has(method) ? 1 : 0;
    this.#jobs += job;
    try {
      const result = await this.#client.request(method, params, token);
      this.#alive();
      return ownArrays(result);
    } finally {
      this.#jobs -= job;
    }
  }

  /** Ends it at once, on purpose: no exit is reported. */
  end(): void {
    this.#wanted = true;
    this.#kill(SHUT_DOWN, true);
  }

  /** Lets go of it, on purpose: it stops its run, writes what there is to be written, and goes. No exit is reported. */
  leave(): void {
    this.#wanted = true;
    this.#reason ??= { sentence: SHUT_DOWN, final: true };
    clearInterval(this.#heartbeat);
    this.#client.dispose();
    if (this.#child.connected) this.#child.disconnect();
    this.#last = setTimeout(() => this.#child.kill('SIGKILL'), 2 * LEAVE_MS);
  }

  #alive(): void {
    this.#lastSign = this.#awakeMs;
    this.#askedAt = null;
  }

  /** `mostMs`: a longer pause since the last beat was none of the engine's. */
  #beat(mostMs: number): void {
    const { heartbeatMs = 10_000, graceMs = 10_000, busyGraceMs = 120_000 } = this.#options;
    const time = performance.now();
    const now = (this.#awakeMs += Math.min(time - this.#lastBeat, mostMs));
    this.#lastBeat = time;
    const grace = this.#jobs > 0 || this.#options.busy() ? busyGraceMs : graceMs;
    if (this.#askedAt !== null) {
      if (now - this.#askedAt > grace) {
        this.#kill(`the engine did not answer for ${Math.round((now - this.#lastSign) / 1000)} s and was ended`, false);
      }
    } else if (now - this.#lastSign >= heartbeatMs) {
      this.#askedAt = now;
      this.request('hello', null).catch(() => undefined);
    }
  }

  #kill(sentence: string, final: boolean): void {
    this.#reason ??= { sentence, final };
    this.#child.kill('SIGKILL');
  }

  #finish(code: number | null, signal: NodeJS.Signals | null, sentence?: string): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#last);
    this.#reason ??= { sentence: sentence ?? describeExit(code, signal), final: sentence !== undefined };
    this.#client.dispose();
    if (!this.#wanted) this.#options.onEnd({ ...this.#reason, code, signal });
  }

  #forwardOutput(): void {
    for (const [stream, level] of [
      [this.#child.stdout, 'info'],
      [this.#child.stderr, 'warn'],
    ] as const) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (message) => this.#options.log({ level, message }));
    }
  }

  #lowerPriority(): void {
    if (this.#child.pid === undefined) return;
    try {
      setPriority(this.#child.pid, PRIORITY);
    } catch (error) {
      this.#options.log({ level: 'debug', message: `engine priority unchanged: ${String(error)}` });
    }
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'the engine was killed (SIGKILL), by someone or for want of memory';
  if (signal !== null) return `the engine crashed (${signal})`;
  return `the engine ended unexpectedly with exit code ${code ?? 'unknown'}`;
}
