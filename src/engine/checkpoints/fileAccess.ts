/**
 * Reading parts of a file that may be anything and may change meanwhile: never more than asked for, and every failure
 * in one sentence that names the file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { CheckpointError } from './checkpointError.ts';
import { storageError } from './storageError.ts';

/** Opens, uses and closes. Throws CheckpointError when there is no file of that name, StorageError for the disk. */
export async function withFile<T>(path: string, use: (file: FileHandle, bytes: number) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r');
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw new CheckpointError(`${path}: this is not a file; name a .safetensors file`);
      return await use(file, stats.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new CheckpointError(`${path}: there is no such file; check the path`, { cause: error });
    }
    throw storageError(error, path);
  }
}

/** Fills `into` with the bytes at `position`. Throws a {@link CheckpointError} when the file ends before. */
export async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  const most = 2 ** 30;
  for (let at = 0; at < into.byteLength;) {
    const { bytesRead } = await file.read(into, at, Math.min(most, into.byteLength - at), position + at);
    if (bytesRead === 0) throw new CheckpointError(`${path}: the file became shorter while it was read`);
    at += bytesRead;
  }
}

/** Memory for `bytes`, or a {@link CheckpointError} that says what for. */
export function allocate(bytes: number, where: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw new CheckpointError(`${where}: its ${bytes} bytes do not fit into memory`, { cause: error });
  }
}
