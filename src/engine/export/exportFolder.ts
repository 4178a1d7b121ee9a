/** The folder an export is written into: refused before any work unless it is new or empty, and then filled whole or not at all. */
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../shared/failureCodes.ts';
import { asideSuffix, writeAside, type FilePieces } from '../checkpoints/writeAside.ts';
import { makeParents } from '../session/makeParents.ts';

export interface ExportFile {
  readonly name: string;
  readonly pieces: FilePieces;
}

/** Whether it is there already. Throws {@link BadInput} when something is in it, or it is no folder. Writes nothing. */
export async function requireEmpty(folder: string): Promise<boolean> {
  try {
    if ((await readdir(folder)).length === 0) return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    const why = code === 'ENOTDIR' ? 'a file is in the way' : message;
    throw new BadInput(`--out ${folder}: ${why} (name a new folder)`, { cause: error });
  }
  throw new BadInput(`--out ${folder}: the folder is not empty (name a new one)`);
}

/**
 * Makes the folder if need be and writes the files, each under another name until it is complete; returns their paths and
 * their size together. Throws a RunFolderError or StorageError; then none of them is there.
 */
export async function writeExport(
  folder: string,
  files: readonly ExportFile[],
): Promise<{ readonly files: string[]; readonly bytes: number }> {
  const wasThere = await requireEmpty(folder);
  await makeParents(folder);
  const written = files.map(({ name }, index) => ({
    path: path.join(folder, name),
    // Whatever watches the folder must not take a half-written file for one of its own by its name.
    aside: path.join(folder, `${index}${asideSuffix}`),
  }));
  try {
    for (const [index, { path, aside }] of written.entries()) {
      await writeAside(path, files[index]!.pieces, aside);
    }
  } catch (error) {
    for (const { path } of written) await rm(path, { force: true }).catch(() => undefined);
    if (!wasThere) await rmdir(folder).catch(() => undefined);
    throw error;
  }
  const sizes = await Promise.all(written.map(async ({ path }) => (await stat(path)).size));
  return { files: written.map(({ path }) => path), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
