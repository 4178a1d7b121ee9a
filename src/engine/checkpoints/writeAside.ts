/**
 * Writes a file so that it is complete or absent, whenever the process or the machine dies: written beside its place,
 * forced to the disk, then renamed, and the rename forced to the disk too.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storageError.ts';

/** Files of a write that was cut short end like this; they can be deleted. */
export const asideSuffix = '.tmp';

/** The content of a file, one after another. */
export type FilePieces = Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/**
 * Replaces or creates `path` with the pieces; until then they are in `aside`, of the same folder. Throws a StorageError; the
 * old file is then intact.
 */
export async function writeAside(path: string, pieces: FilePieces, aside = `${path}${asideSuffix}`): Promise<void> {
  try {
    const file = await open(aside, 'w');
    try {
      for await (const piece of pieces) await writeAll(file, typeof piece === 'string' ? Buffer.from(piece) : piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw storageError(error, path);
  }
}

/** One write may take only a part: beyond 2 GB it always does. */
async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  const most = 2 ** 30;
  for (let at = 0; at < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, at, Math.min(most, bytes.byteLength - at));
    at += bytesWritten;
  }
}

/** Windows cannot open a folder; its rename needs no such step. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
