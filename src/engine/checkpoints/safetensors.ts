/**
 * Reads and writes safetensors files of float32 tensors, as Dropscope writes them: weights, masks, traces and the state
 * of a run. Weights of other programs, in other types and formats, are read by tensorFile.ts.
 */
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from './checkpointError.ts';
import { allocate, readFully, withFile } from './fileAccess.ts';
import {
  clipped,
  encodeHeader,
  headerLength,
  parseHeader,
  prefixBytes,
  type SafetensorsHeader,
} from './safetensorsHeader.ts';
import { writeAside } from './writeAside.ts';

/** A tensor as files hold it: a name of docs/contracts.md section 4, its shape, and float32 values in row-major order. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Safetensors {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file. */
  readonly tensors: readonly NamedTensor[];
}

/** Writes a file, complete or absent. Throws CheckpointError for tensors that do not fit, StorageError for the disk. */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeAside(path, safetensorsPieces(tensors, metadata));
}

/** The bytes of a file in pieces: the header, then each tensor's own memory. */
export function safetensorsPieces(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const data = tensors.map(
    ({ data: { buffer, byteOffset, byteLength } }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return [encodeHeader(tensors, metadata), ...data];
}

/** Reads a whole file. Throws CheckpointError for a file that is not well-formed, StorageError for the disk. */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, async (file, fileBytes) => {
    const { header, dataStart } = await readHeader(file, fileBytes, path);
    const tensors: NamedTensor[] = [];
    for (const { name, shape, dtype, start, bytes } of header.tensors) {
      if (dtype !== 'F32')
        throw new CheckpointError(`${path}: tensor ${clipped(name)}: dtype ${dtype} is not read here; only F32 is`);
      const memory = allocate(bytes, `${path}: tensor ${clipped(name)}`);
      await readFully(file, memory, dataStart + start, path);
      tensors.push({ name, shape, data: new Float32Array(memory.buffer) });
    }
    return { metadata: header.metadata, tensors };
  });
}

/** Reads names, shapes and metadata only. Errors as in {@link readSafetensors}. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file, fileBytes) => (await readHeader(file, fileBytes, path)).header);
}

/** The checked header, and where the data begins. */
export async function readHeader(
  file: FileHandle,
  fileBytes: number,
  path: string,
): Promise<{ header: SafetensorsHeader; dataStart: number }> {
  const prefix = new Uint8Array(prefixBytes);
  if (fileBytes >= prefixBytes) await readFully(file, prefix, 0, path);
  const length = headerLength(prefix, fileBytes, path);
  const json = new Uint8Array(length);
  await readFully(file, json, prefixBytes, path);
  const dataStart = prefixBytes + length;
  return { header: parseHeader(json, fileBytes - dataStart, path), dataStart };
}
