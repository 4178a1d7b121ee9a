// Child processes of the tools: each is started in its own group, and every group is ended when the tool ends, however it
// ends, so that nothing of ours keeps running on the machine.
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the process after this many milliseconds; the run then fails. */
  readonly timeout?: number;
}

interface Finished {
  readonly code: number;
  /** Standard output and standard error, as they came. */
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Starts a process in its own group, with its output in a log file. It is ended by `end` or when this tool ends. */
export function start(command: string, args: readonly string[], log: string, options: RunOptions = {}): ChildProcess {
  const child = spawnInGroup(command, args, options);
  const file = createWriteStream(log);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  child.once('close', () => file.end());
  return child;
}

/** Runs a process to its end and resolves to its exit code and output; only a command that cannot be started rejects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawnInGroup(command, args, options);
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          output += `\nstopped after ${String(options.timeout)} ms`;
          signal(child, 'SIGKILL');
        }, options.timeout);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Runs a process and rejects with its last lines unless it exits 0. */
export async function runOrFail(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const tail = output.trimEnd().split('\n').slice(-30).join('\n');
  throw new Error(`${path.basename(command)} ${args.join(' ')} exited with ${String(code)}:\n${tail}`);
}

/** Ends a process and everything it started; resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

function spawnInGroup(command: string, args: readonly string[], options: RunOptions): ChildProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

process.once('exit', () => {
  for (const child of running) signal(child, 'SIGKILL');
});
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.once(name, () => process.exit(code));
