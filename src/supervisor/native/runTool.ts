/** Runs a program to its end, or until it is cancelled; a failure is said with the program's own last words. */
import { spawn } from 'node:child_process';
import path from 'node:path';

export interface ToolOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

const KEPT_CHARACTERS = 16_000;
/** How long a program that was asked to end may take. */
const PATIENCE_MS = 3000;

/** Throws a sentence when the program is not there or ends badly, and an AbortError when it was cancelled. */
export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<void> {
  const { cwd, signal, env = process.env } = options;
  signal?.throwIfAborted();
  // npm is a batch file on Windows, which only a shell starts.
  const shell = process.platform === 'win32' && path.extname(command) === '';
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const detached = process.platform !== 'win32';
    const child = spawn(command, [...args], { cwd, env, shell, detached, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: string): void => {
      said = (said + text).slice(-KEPT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    let patience: NodeJS.Timeout | undefined;
    const end = (signalName: NodeJS.Signals): void => {
      // npm starts programs of its own: its whole group ends.
      if (!detached || child.pid === undefined) child.kill(signalName);
      else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signalName);
    };
    const cancel = (): void => {
      end('SIGTERM');
      patience = setTimeout(() => end('SIGKILL'), PATIENCE_MS);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'it is not found (install Node.js, which brings npm)' : error.message;
      reject(new Error(`${command}: ${reason}`));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', cancel);
      clearTimeout(patience);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (code === 0) resolve();
      else reject(new Error(`${[path.basename(command), ...args].slice(0, 3).join(' ')} failed: ${lastWords(said)}`));
    });
  });
}

/** The environment without what npm adds for a script that it runs: another npm below would take it for its own. */
export function environmentOutsideNpm(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const added = /^npm_(package|lifecycle|command|config_(local_prefix|prefix|allow_scripts))/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !added.test(name)));
}

/** The line that says most: why a request failed, else what was thrown, else the first with an error, else the last. */
export function lastWords(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^(npm|gyp|node-pre-gyp) (error|ERR!)\s*(stack |network )?/i, '').trim())
    .filter((line) => line !== '');
  const line =
    lines.find((line) => line.includes(' failed, reason: ')) ??
    lines.find((line) => /^(\w*Error|fatal error): /.test(line)) ??
    lines.find((line) => /\berror\b|EACCES|ENOTFOUND|ETIMEDOUT|unsupported/i.test(line)) ??
    lines.at(-1) ??
    'it said nothing';
  return line.replace(/^\w*Error: /, '');
}
