/** Trouble with the disk, in one sentence: what happened, where, what to do. Earlier files are intact. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** The system's code, for example ENOSPC; empty when there is none. */
  readonly code: string;

  constructor(message: string, code: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }

  /** The disk's trouble and not the path's: it meets work that was asked for in good order. */
  get happensLater(): boolean {
    return ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE'].includes(this.code);
  }
}

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EACCES: 'permission denied; choose a folder you may write to',
  EPERM: 'permission denied; choose a folder you may write to',
  EROFS: 'the disk is read-only; choose a folder you may write to',
  ENOENT: 'the file or its folder has vanished',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EMFILE: 'too many files are open; close some programs',
  EIO: 'the disk reports an error',
};

/** Turns what node:fs throws into a {@link StorageError}; one that is a StorageError already passes unchanged. */
export function storageError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new StorageError(`${path}: ${advice[code] ?? message}${code === '' ? '' : ` (${code})`}`, code, error);
}
