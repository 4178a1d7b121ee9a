/**
 * Writes metrics.jsonl: one JSON object a line, append-only. Lines are gathered for at most a quarter of a second.
 * Numbers that are not finite become the strings "NaN", "Infinity" and "-Infinity".
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvalLine, TrainLine } from '../../shared/engineContract.ts';
import { type StorageError, storageError } from './storageError.ts';

/** Path of a run's metrics. */
export function metricsPath(runFolder: string): string {
  return join(runFolder, 'metrics.jsonl');
}

const gatherMs = 250;

/** One line, with its newline. */
export function metricsLine(line: TrainLine | EvalLine): string {
  const written = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(line, written)}\n`;
}

export interface MetricsWriter {
  /** Takes a line; it is on its way to the disk within 250 ms. Throws the StorageError of an earlier write, once. */
  append(line: TrainLine | EvalLine): void;
  /** Resolves when all lines are with the system. Call it before a checkpoint is written. */
  flush(): Promise<void>;
  /** Flushes and closes, also after an error. */
  close(): Promise<void>;
}

/** Opens the file for appending. `onError` hears of a write that failed in the background, as soon as it has. */
export async function openMetrics(runFolder: string, onError: (error: StorageError) => void): Promise<MetricsWriter> {
  const path = metricsPath(runFolder);
  let file: FileHandle;
  try {
    file = await open(path, 'a');
  } catch (error) {
    throw storageError(error, path);
  }
  return new Writer(file, path, onError);
}

class Writer implements MetricsWriter {
  private readonly file: FileHandle;
  private readonly path: string;
  private readonly onError: (error: StorageError) => void;
  private waiting = '';
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failure: StorageError | undefined;

  constructor(file: FileHandle, path: string, onError: (error: StorageError) => void) {
    this.file = file;
    this.path = path;
    this.onError = onError;
  }

  append(line: TrainLine | EvalLine): void {
    this.throwFailure();
    this.waiting += metricsLine(line);
    this.timer ??= setTimeout(() => {
      this.write().catch((error: unknown) => {
        this.failure = storageError(error, this.path);
        this.onError(this.failure);
      });
    }, gatherMs);
  }

  async flush(): Promise<void> {
    await this.write();
    this.throwFailure();
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      clearTimeout(this.timer);
      await this.file.close();
    }
  }

  /** Writes follow one another, so that lines keep their order. What could not be written waits for the next try. */
  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const next = this.writing.then(async () => {
      const text = this.waiting;
      if (text === '') return;
      this.waiting = '';
      try {
        await this.file.appendFile(text);
      } catch (error) {
        this.waiting = text + this.waiting;
        throw storageError(error, this.path);
      }
    });
    this.writing = next.catch(() => undefined);
    return next;
  }

  private throwFailure(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}
