/** Reads and writes safetensors files of float32 tensors: weights, masks, traces and the state of a run. */
import { type FileHandle, open } from 'node:fs/promises';
import { CheckpointError } from './checkpointError.ts';
import { encodeHeader, headerLength, parseHeader, prefixBytes, type SafetensorsHeader } from './safetensorsHeader.ts';
import { storageError } from './storageError.ts';
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
  return withFile(path, async (file) => {
    const { header, dataStart } = await readHeader(file, path);
    const tensors: NamedTensor[] = [];
    for (const { name, shape, start, bytes } of header.tensors) {
      const data = allocate(bytes, `${path}: tensor ${name}`);
      await readFully(file, new Uint8Array(data.buffer), dataStart + start, path);
      tensors.push({ name, shape, data });
    }
    return { metadata: header.metadata, tensors };
  });
}

function allocate(bytes: number, where: string): Float32Array<ArrayBuffer> {
  try {
    return new Float32Array(bytes / Float32Array.BYTES_PER_ELEMENT);
  } catch (error) {
    throw new CheckpointError(`${where}: its ${bytes} bytes do not fit into memory`, { cause: error });
  }
}

/** Reads names, shapes and metadata only. Errors as in {@link readSafetensors}. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, async (file) => (await readHeader(file, path)).header);
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r');
    try {
      return await use(file);
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

async function readHeader(file: FileHandle, path: string): Promise<{ header: SafetensorsHeader; dataStart: number }> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new CheckpointError(`${path}: this is not a file; name a .safetensors file`);
  const prefix = new Uint8Array(prefixBytes);
  if (stats.size >= prefixBytes) await readFully(file, prefix, 0, path);
  const length = headerLength(prefix, stats.size, path);
  const json = new Uint8Array(length);
  await readFully(file, json, prefixBytes, path);
  const dataStart = prefixBytes + length;
  return { header: parseHeader(json, stats.size - dataStart, path), dataStart };
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  const most = 2 ** 30;
  for (let at = 0; at < into.byteLength;) {
    const { bytesRead } = await file.read(into, at, Math.min(most, into.byteLength - at), position + at);
    if (bytesRead === 0) throw new CheckpointError(`${path}: the file became shorter while it was read`);
    at += bytesRead;
  }
}
