/**
 * Makes the folders above a run folder one by one. Node's own recursive mkdir never returns where the system refuses a
 * folder with ENOENT (below /proc, for example).
 */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { RunFolderError } from '../checkpoints/runFolderError.ts';

/** Throws a RunFolderError when one of them, or the folder itself, cannot be made. */
export async function makeParents(folder: string): Promise<void> {
  const missing: string[] = [];
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (await exists(at, folder)) break;
    missing.unshift(at);
  }
  for (const at of missing) {
    await mkdir(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw cannotBeMade(folder, error);
    });
  }
}

async function exists(at: string, folder: string): Promise<boolean> {
  try {
    await stat(at);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw cannotBeMade(folder, error as NodeJS.ErrnoException);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the way',
};

function cannotBeMade(folder: string, error: NodeJS.ErrnoException): RunFolderError {
  const why = reasons[error.code ?? ''] ?? error.message;
  return new RunFolderError(`${folder}: cannot be made: ${why}; choose another folder`, { cause: error });
}
