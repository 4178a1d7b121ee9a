// What the tools and tests read of a run folder (docs/contracts.md, section 3), as any stranger's script would.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunFile {
  readonly status: string;
  readonly error?: string | null;
}

export type MetricsLine = Readonly<Record<string, unknown>> & { readonly step: number };

/** The folders of all runs of a workspace, oldest first; empty before the first. */
export async function runFolders(workspace: string): Promise<string[]> {
  const folder = path.join(workspace, '.dropscope/runs');
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => path.join(folder, name));
}

export async function readRun(folder: string): Promise<RunFile> {
  return JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8')) as RunFile;
}

/** All complete lines of metrics.jsonl; empty before the first. */
export async function readMetrics(folder: string): Promise<MetricsLine[]> {
  const text = await readFile(path.join(folder, 'metrics.jsonl'), 'utf8').catch(() => '');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as MetricsLine);
}

/**
 * Waits until a run of the workspace has ended, telling of its steps. Resolves to its folder when it is done; rejects when
 * it ended otherwise or did not end in time (milliseconds).
 */
export async function runDone(workspace: string, timeout: number, tell: (line: string) => void): Promise<string> {
  const deadline = performance.now() + timeout;
  let told = 0;
  while (performance.now() < deadline) {
    await delay(1000);
    const folder = (await runFolders(workspace)).at(-1);
    const run = folder === undefined ? undefined : await readRun(folder).catch(() => undefined);
    if (folder === undefined || run === undefined) continue;
    const last = (await readMetrics(folder)).filter((line) => line['split'] === undefined).at(-1);
    if (last !== undefined && last.step >= told + 50) {
      told = last.step;
      tell(`step ${String(last.step)}, loss ${Number(last['loss']).toFixed(3)}`);
    }
    if (run.status === 'done') return folder;
    if (run.status === 'failed' || run.status === 'stopped')
      throw new Error(`the run ended as ${run.status}: ${run.error ?? 'no reason given'}`);
  }
  throw new Error(`the run was not done after ${String(timeout / 1000)} s`);
}

/** Waits until the newest run of the workspace has made so many steps; resolves to its folder. */
export async function runAtStep(workspace: string, step: number, timeout: number): Promise<string> {
  const deadline = performance.now() + timeout;
  while (performance.now() < deadline) {
    const folder = (await runFolders(workspace)).at(-1);
    if (folder !== undefined && (await readMetrics(folder)).some((line) => line.step >= step)) return folder;
    await delay(500);
  }
  throw new Error(`no run had made ${String(step)} steps after ${String(timeout / 1000)} s`);
}

/** Waits until a run's file says this status. */
export async function runHasStatus(folder: string, status: string, timeout: number): Promise<void> {
  const deadline = performance.now() + timeout;
  let found = '';
  while (performance.now() < deadline) {
    found = (await readRun(folder)).status;
    if (found === status) return;
    await delay(500);
  }
  throw new Error(`the run is ${found}, not ${status}, after ${String(timeout / 1000)} s`);
}
