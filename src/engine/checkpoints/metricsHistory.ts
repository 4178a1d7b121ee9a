/**
 * Reads metrics.jsonl back, and repairs it before a run is resumed: a torn last line and the
 * lines past the checkpoint are dropped, so that the file is that of an undisturbed run.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { EvalLine, TrainLine } from '../../shared/engineContract.ts';
import { metricsPath } from './metricsFile.ts';
import { storageError } from './storageError.ts';
import { writeAside } from './writeAside.ts';

export interface MetricsHistory {
  readonly train: readonly TrainLine[];
  readonly valid: readonly EvalLine[];
}

/** The metrics of a run; no lines when there are none yet. Lines that are not whole are passed over. */
export async function readMetrics(runFolder: string): Promise<MetricsHistory> {
  const train: TrainLine[] = [];
  const valid: EvalLine[] = [];
  for await (const line of metricsLines(runFolder)) {
    if ('split' in line) valid.push(line);
    else train.push(line);
  }
  return { train, valid };
}

/** The same one by one, in the order of the file. Throws a StorageError. */
export async function* metricsLines(runFolder: string): AsyncGenerator<TrainLine | EvalLine> {
  for await (const text of linesOf(metricsPath(runFolder))) {
    const line = parseLine(text);
    if (line !== undefined) yield line;
  }
}

/** The training lines of the last steps, at most `most`, in the order of the file. Throws a StorageError. */
export async function latestTrainLines(runFolder: string, most: number): Promise<readonly TrainLine[]> {
  const latest: TrainLine[] = [];
  for await (const line of metricsLines(runFolder)) {
    if ('split' in line) continue;
    latest.push(line);
    if (latest.length >= 2 * most) latest.splice(0, latest.length - most);
  }
  return latest.slice(-most);
}

/**
 * Leaves only whole lines up to and with `step`; returns how many were dropped. A file that is right already is not
 * touched; otherwise the new one is written aside and renamed.
 */
export async function repairMetrics(runFolder: string, step: number): Promise<number> {
  const path = metricsPath(runFolder);
  const kept: string[] = [];
  let dropped = 0;
  for await (const text of linesOf(path)) {
    const line = parseLine(text);
    if (line !== undefined && line.step <= step) kept.push(`${text}\n`);
    else dropped++;
  }
  if (dropped > 0 || !(await endsWithNewline(path))) await writeAside(path, kept);
  return dropped;
}

/** The file's lines without their ends; none when there is no file. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    yield* file.readLines({ encoding: 'utf8', autoClose: false });
  } finally {
    await file.close();
  }
}

async function endsWithNewline(path: string): Promise<boolean> {
  const file = await openIfThere(path);
  if (file === undefined) return true;
  try {
    const { size } = await file.stat();
    const last = new Uint8Array(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    return size === 0 || last[0] === 10;
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw storageError(error, path);
  }
}

/** The line, with its non-finite numbers back; undefined when it is torn or no metrics line at all. */
function parseLine(text: string): TrainLine | EvalLine | undefined {
  try {
    const value: unknown = JSON.parse(text, (_key, item: unknown) =>
      item === 'NaN' || item === 'Infinity' || item === '-Infinity' ? Number(item) : item,
    );
    if (typeof value !== 'object' || value === null) return undefined;
    return Number.isSafeInteger((value as { step?: unknown }).step) ? (value as TrainLine | EvalLine) : undefined;
  } catch {
    return undefined;
  }
}
