/**
 * A file of torch.save since torch 1.6: a zip with NAME/data.pkl, which says what there is, and NAME/data/KEY, the memory
 * of each storage as it is.
 */
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from '../checkpointError.ts';
import { readFully } from '../fileAccess.ts';
import type { TensorList } from '../tensorFile.ts';
import { placedTensors, type StoragePlace } from './placedTensors.ts';
import { unpickle } from './unpickle.ts';
import { readZipDirectory, type ZipMember } from './zipDirectory.ts';

/** A state dict takes about a hundred bytes a tensor. */
const mostPickleBytes = 32 * 1024 * 1024;

/** Throws a {@link CheckpointError} for a zip that is not one of these. */
export async function readTorchZip(file: FileHandle, fileBytes: number, path: string): Promise<TensorList> {
  const members = await readZipDirectory(file, fileBytes, path);
  const pickle = [...members.values()].find(({ name }) => /(^|\/)data\.pkl$/.test(name));
  if (!pickle) throw new CheckpointError(`${path}: this zip file holds no data.pkl, so torch.save did not write it`);
  if (pickle.bytes > mostPickleBytes) {
    throw new CheckpointError(
      `${path}: its pickle of ${pickle.bytes} bytes is longer than the ${mostPickleBytes} read`,
    );
  }
  const read = async ({ start, bytes }: ZipMember) => {
    const content = Buffer.alloc(bytes);
    await readFully(file, content, start, path);
    return content;
  };
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const order = members.get(`${folder}byteorder`);
  if (order && order.bytes < 64 && (await read(order)).toString('latin1') !== 'little') {
    throw new CheckpointError(`${path}: it was saved by a big-endian machine; save it on another one`);
  }
  const storages = new Map<string, StoragePlace>();
  for (const { name, start, bytes } of members.values()) {
    if (name.startsWith(`${folder}data/`)) storages.set(name.slice(`${folder}data/`.length), { start, bytes });
  }
  const { value } = unpickle(await read(pickle), 0, path);
  return { format: 'torch zip', metadata: {}, ...placedTensors(value, storages, path) };
}
