/** The file a job writes: found unusable before any work is done, and then written complete or not at all. */
import { constants, type Stats } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import { storageError } from '../checkpoints/storageError.ts';
import { writeAside } from '../checkpoints/writeAside.ts';

/** Throws {@link BadInput} when `file` cannot be created, or is one of the files that are read. Writes nothing. */
export async function requireWritable(file: string, inputs: readonly string[]): Promise<void> {
  const refuse = (why: string, todo: string, cause?: unknown) =>
    new BadInput(`--out ${file}: ${why} (${todo})`, { cause });
  const there = await statOrNull(file);
  if (there?.isDirectory()) throw refuse('this is a folder', 'name a file');
  for (const input of inputs) {
    const other = await statOrNull(input);
    if (there && other && there.ino === other.ino && there.dev === other.dev)
      throw refuse('this is the file that is read', 'choose another name');
  }
  if (there && !there.isFile()) return;
  const folder = path.dirname(file);
  if (!(await statOrNull(folder))?.isDirectory()) throw refuse('its folder does not exist', 'make it first');
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw refuse('its folder cannot be written to', 'choose another folder', error);
  });
}

/** Throws {@link BadInput} when the file cannot be created after all, a StorageError when the disk is full. */
export async function writeOutput(file: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const there = await statOrNull(file);
  try {
    // A device or a pipe is written to; replacing it would take it away from everybody.
    if (there && !there.isFile()) await writeInto(file, pieces);
    else await writeAside(file, pieces);
  } catch (error) {
    const trouble = storageError(error, file);
    if (trouble.happensLater) throw trouble;
    throw new BadInput(`--out ${trouble.message}`, { cause: error });
  }
}

async function writeInto(file: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const device = await open(file, 'w');
  try {
    for (const piece of pieces) await device.writeFile(piece);
  } finally {
    await device.close();
  }
}

async function statOrNull(file: string): Promise<Stats | null> {
  return stat(file).catch(() => null);
}
