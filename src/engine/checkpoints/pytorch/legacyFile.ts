/**
 * A file of torch.save before torch 1.6, as fastai v1 and salesforce's code left them: five pickles one after another
 * (a magic number, the version of the format, facts on the machine, the object, the keys of its storages), then each
 * storage as its length and its memory.
 */
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from '../checkpointError.ts';
import { elementTypes } from '../elementTypes.ts';
import { readFully } from '../fileAccess.ts';
import type { TensorList } from '../tensorFile.ts';
import { StorageReference, TensorReference, type PickleValue } from './pickleValues.ts';
import { placedTensors, type StoragePlace } from './placedTensors.ts';
import { unpickle } from './unpickle.ts';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1001;
/** The pickles stand at the beginning and take about a hundred bytes a tensor. */
const mostPickleBytes = 32 * 1024 * 1024;

/** Throws a {@link CheckpointError} for a pickle that is not one of these files. */
export async function readLegacyFile(file: FileHandle, fileBytes: number, path: string): Promise<TensorList> {
  const head = Buffer.alloc(Math.min(fileBytes, mostPickleBytes));
  await readFully(file, head, 0, path);
  const magic = unpickle(head, 0, path);
  if (magic.value !== MAGIC) {
    throw new CheckpointError(`${path}: this is a pickle, but torch.save did not write it, so it holds no weights`);
  }
  const version = unpickle(head, magic.end, path);
  if (version.value !== VERSION) throw new CheckpointError(`${path}: this version of torch.save's format is not known`);
  const machine = unpickle(head, version.end, path);
  if (machine.value instanceof Map && machine.value.get('little_endian') === false) {
    throw new CheckpointError(`${path}: it was saved by a big-endian machine; save it on another one`);
  }
  const saved = unpickle(head, machine.end, path);
  const keys = unpickle(head, saved.end, path);
  const storages = await placesOf(keys.value, bytesByKey(saved.value), { file, fileBytes, start: keys.end, path });
  return { format: 'torch before 1.6', metadata: {}, ...placedTensors(saved.value, storages, path) };
}

/** Bytes of an element of each storage that the object uses: the memory says only how many elements it has. */
function bytesByKey(value: PickleValue): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const open: PickleValue[] = [value];
  const seen = new Set<PickleValue>();
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    if (seen.has(inner)) continue;
    if (inner instanceof TensorReference) open.push(inner.storage);
    else if (inner instanceof StorageReference) found.set(inner.key, elementTypes[inner.dtype].bytes);
    else if (inner instanceof Map || Array.isArray(inner)) {
      seen.add(inner);
      for (const item of inner.values()) if (typeof item === 'object' && item !== null) open.push(item);
    }
  }
  return found;
}

interface Memory {
  readonly file: FileHandle;
  readonly fileBytes: number;
  readonly start: number;
  readonly path: string;
}

async function placesOf(
  keys: PickleValue,
  bytes: ReadonlyMap<string, number>,
  { file, fileBytes, start, path }: Memory,
): Promise<ReadonlyMap<string, StoragePlace>> {
  const damaged = (why: string) =>
    new CheckpointError(`${path}: this file of torch.save is damaged or cut off: ${why}`);
  if (!Array.isArray(keys)) throw damaged('the list of its storages is missing');
  const places = new Map<string, StoragePlace>();
  const length = Buffer.alloc(8);
  let at = start;
  for (const key of keys) {
    if (typeof key !== 'string' || places.has(key)) throw damaged('the list of its storages is no list of keys');
    if (at + 8 > fileBytes) throw damaged(`it ends before storage ${key}`);
    await readFully(file, length, at, path);
    const place = { start: at + 8, bytes: Number(length.readBigInt64LE()) * (bytes.get(key) ?? 1) };
    if (!(place.bytes >= 0) || place.start + place.bytes > fileBytes) throw damaged(`it ends within storage ${key}`);
    places.set(key, place);
    at = place.start + place.bytes;
  }
  return places;
}
