/**
 * One way to read weights of any origin: safetensors, the zip files that torch.save has written since torch 1.6, and
 * the plain ones before. What the bytes are decides, not the name of the file.
 */
import type { FileHandle } from 'node:fs/promises';
import { CheckpointError } from './checkpointError.ts';
import { elementTypes, type ElementType } from './elementTypes.ts';
import { allocate, readFully, withFile } from './fileAccess.ts';
import { readLegacyFile } from './pytorch/legacyFile.ts';
import { readTorchZip } from './pytorch/torchZip.ts';
import { readHeader, type NamedTensor, type Safetensors } from './safetensors.ts';
import { clipped, sizeOf } from './safetensorsHeader.ts';

/** A tensor of the file, and where its values lie. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** Byte of the file at which its first element lies. */
  readonly start: number;
  /** Elements from one index of an axis to the next; null when they lie in row-major order without gaps. */
  readonly stride: readonly number[] | null;
  /** The same for tensors that are one piece of memory under several names. */
  readonly storage: string;
}

export type FileFormat = 'safetensors' | 'torch zip' | 'torch before 1.6';

/** What a file says it holds, checked against its length. */
export interface TensorList {
  readonly format: FileFormat;
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file. */
  readonly tensors: readonly StoredTensor[];
  /** Parts of the file that are not weights, in words; "" when there are none. */
  readonly besides: string;
}

export interface TensorFile extends TensorList {
  readonly bytes: number;
  /** Its values as float32 in row-major order, in pieces of at most {@link pieceCells}. */
  pieces(tensor: StoredTensor): AsyncGenerator<Float32Array>;
  /** All of its values. */
  whole(tensor: StoredTensor): Promise<Float32Array>;
}

/** Values that are read at a time: 4 MB as float32. */
export const pieceCells = 2 ** 20;

/** Opens, uses and closes. Throws a {@link CheckpointError} for a file that is no weights file, or a damaged one. */
export function withTensorFile<T>(path: string, use: (file: TensorFile) => Promise<T>): Promise<T> {
  return withFile(path, async (file, bytes) => {
    const list = await listOf(file, bytes, path);
    const pieces = (tensor: StoredTensor) => piecesOf(file, path, tensor);
    const whole = async (tensor: StoredTensor) => {
      const data = new Float32Array(allocate(4 * sizeOf(tensor.shape), `${path}: ${clipped(tensor.name)}`).buffer);
      let at = 0;
      for await (const piece of pieces(tensor)) {
        data.set(piece, at);
        at += piece.length;
      }
      return data;
    };
    return use({ ...list, bytes, pieces, whole });
  });
}

/** Names, shapes and metadata only. */
export function readTensorList(path: string): Promise<TensorList> {
  return withFile(path, (file, bytes) => listOf(file, bytes, path));
}

/** Every tensor as float32. Throws a {@link CheckpointError} also for one of a type that weights do not have. */
export function readWeights(path: string): Promise<Safetensors> {
  return withTensorFile(path, async (file) => {
    const tensors: NamedTensor[] = [];
    for (const tensor of file.tensors) {
      const { name, shape, dtype } = tensor;
      if (!elementTypes[dtype].weights)
        throw new CheckpointError(`${path}: tensor ${clipped(name)}: dtype ${dtype} is not one that weights have`);
      tensors.push({ name, shape, data: await file.whole(tensor) });
    }
    return { metadata: file.metadata, tensors };
  });
}

async function listOf(file: FileHandle, bytes: number, path: string): Promise<TensorList> {
  const first = new Uint8Array(Math.min(4, bytes));
  await readFully(file, first, 0, path);
  const [a, b = 0, , d] = first;
  if (a === 0x50 && b === 0x4b) return readTorchZip(file, bytes, path);
  // A pickle of protocol 2 to 5; as the length of a safetensors header these bytes would be more than is read.
  if (a === 0x80 && b >= 2 && b <= 5 && d !== 0) return readLegacyFile(file, bytes, path);
  const { header, dataStart } = await readHeader(file, bytes, path);
  const tensors = header.tensors.map(({ name, shape, dtype, start }) => ({
    name,
    shape,
    dtype,
    start: dataStart + start,
    stride: null,
    storage: name,
  }));
  return { format: 'safetensors', metadata: header.metadata, tensors, besides: '' };
}

async function* piecesOf(file: FileHandle, path: string, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  const { shape, dtype, start, stride } = tensor;
  const cells = sizeOf(shape);
  const { bytes, decode } = elementTypes[dtype];
  const read = async (from: number, count: number) => {
    const part = allocate(count * bytes, `${path}: ${clipped(tensor.name)}`);
    await readFully(file, part, start + from * bytes, path);
    return decode(part);
  };
  if (stride === null) {
    for (let from = 0; from < cells; from += pieceCells) yield await read(from, Math.min(pieceCells, cells - from));
    return;
  }
  if (cells === 0) return;
  const span = shape.reduce((last, size, axis) => last + (size - 1) * stride[axis]!, 1);
  const memory = await read(0, span);
  for (let from = 0; from < cells; from += pieceCells) {
    yield gathered(memory, shape, stride, from, Math.min(pieceCells, cells - from));
  }
}

/** `count` values in row-major order, beginning with cell number `from`. */
function gathered(
  memory: Float32Array,
  shape: readonly number[],
  stride: readonly number[],
  from: number,
  count: number,
): Float32Array {
  const piece = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let rest = from + index;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * stride[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    piece[index] = memory[at]!;
  }
  return piece;
}
