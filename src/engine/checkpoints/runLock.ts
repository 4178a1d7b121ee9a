/**
 * One process at a time writes into a run folder. The lock is a file with the owner's process number and start time;
 * that of a dead process is taken over, a living owner is an error.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, thisProcess } from './processIdentity.ts';
import { RunFolderError } from './runFolderError.ts';
import { storageError } from './storageError.ts';

export interface RunLock {
  /** Gives the folder free; harmless when called twice. */
  release(): Promise<void>;
}

interface Owner extends ProcessIdentity {
  readonly machine: string;
  readonly token: string;
}

/** A lock file that is being written has no content yet; after this long its writer is gone. */
const writingMs = 5000;
const attempts = 5;

/** Takes the lock of an existing run folder. Throws a RunFolderError with a living owner, a StorageError otherwise. */
export async function lockRunFolder(runFolder: string): Promise<RunLock> {
  const path = join(runFolder, 'run.lock');
  const owner: Owner = { ...thisProcess(), machine: hostname(), token: randomUUID() };
  const content = JSON.stringify(owner);
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await writeFile(path, content, { flag: 'wx' });
      return { release: () => release(path, content) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw storageError(error, path);
    }
    await removeDeadLock(path);
  }
  throw new RunFolderError(`${runFolder}: another process is taking this run over right now; try again`);
}

/** Removes the lock of a dead owner; throws when the owner lives. */
async function removeDeadLock(path: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  await requireDead(path, content);
  // Renaming succeeds for one process only. If a new owner came in between, it gets its lock back.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw storageError(error, path);
  }
  if ((await readFile(aside, 'utf8')) !== content) {
    await rename(aside, path);
    return;
  }
  await rm(aside, { force: true });
}

async function requireDead(path: string, content: string): Promise<void> {
  const owner = parseOwner(content);
  if (owner === undefined) {
    const age =
      Date.now() -
      (await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ));
    if (age > writingMs) return;
    throw new RunFolderError(`${path}: another process is taking this run over right now; try again`);
  }
  if (owner.machine !== hostname()) {
    const how = `if nothing runs there any more, delete ${path}`;
    throw new RunFolderError(`${path}: in use by process ${owner.pid} on ${owner.machine}; ${how}`);
  }
  if (isAlive(owner)) {
    throw new RunFolderError(`${path}: process ${owner.pid} is training in this folder; stop it or choose another`);
  }
}

function parseOwner(content: string): Owner | undefined {
  try {
    const { pid, startTime, machine } = JSON.parse(content) as Partial<Owner>;
    if (typeof pid !== 'number' || typeof machine !== 'string') return undefined;
    return { pid, startTime: typeof startTime === 'string' ? startTime : null, machine, token: '' };
  } catch {
    return undefined;
  }
}

/** Only our own lock is removed: it may have been taken over after a long sleep of the machine. */
async function release(path: string, content: string): Promise<void> {
  const current = await readFile(path, 'utf8').catch(() => undefined);
  if (current === content) await rm(path, { force: true });
}
