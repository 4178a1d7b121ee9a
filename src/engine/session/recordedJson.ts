/**
 * RUN/recorded/NAME.json: what is kept of a whole run to be looked at, as arrays of numbers; non-finite ones are null, as
 * JSON has none.
 */
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { storageError } from '../checkpoints/storageError.ts';
import { writeAside } from '../checkpoints/writeAside.ts';

const fileOf = (folder: string, name: string): string => path.join(folder, 'recorded', `${name}.json`);

/** Typed arrays become lists. The value is read before this returns, whatever happens to it afterwards. Throws a StorageError. */
export async function writeRecordedJson(folder: string, name: string, value: unknown): Promise<void> {
  const file = fileOf(folder, name);
  const text = JSON.stringify(value, (_key, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as Float32Array, shortest) : part,
  );
  await mkdir(path.dirname(file), { recursive: true }).catch((error: unknown) => {
    throw storageError(error, file);
  });
  await writeAside(file, [text, '\n']);
}

/** float32 values need nine figures to come back to the bit; edges and counts are exact in as many. */
const shortest = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(9)));

/**
 * What `make` makes of the file's content; `otherwise` when there is none, or it was changed: what it holds is only for
 * looking at.
 */
export async function readRecordedJson<T>(
  folder: string,
  name: string,
  make: (content: unknown) => T,
  otherwise: T,
): Promise<T> {
  try {
    return make(JSON.parse(await readFile(fileOf(folder, name), 'utf8')));
  } catch {
    return otherwise;
  }
}
