/**
 * The header of a safetensors file: 8 bytes of length, then JSON that names each tensor with dtype, shape and byte
 * range. It is checked completely before a tensor is read, so that a hostile or cut-off file ends in a sentence and
 * cannot make us allocate more than the file really holds.
 * Format: https://github.com/huggingface/safetensors (README, "Format").
 */
import { CheckpointError } from './checkpointError.ts';
import { elementTypes, isElementType, type ElementType } from './elementTypes.ts';
import type { NamedTensor } from './safetensors.ts';

export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** First byte, counted from the end of the header. */
  readonly start: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the data. */
  readonly tensors: readonly TensorEntry[];
}

/** Bytes before the header's JSON. */
export const prefixBytes = 8;
const mostHeaderBytes = 16 * 1024 * 1024;
const mostTensors = 100_000;
const mostAxes = 16;

/** Length of the header's JSON, from a file's first 8 bytes. `fileBytes` is the size of the whole file. */
export function headerLength(prefix: Uint8Array, fileBytes: number, where: string): number {
  if (fileBytes < prefixBytes + 2 || prefix.byteLength < prefixBytes) {
    throw new CheckpointError(`${where}: ${fileBytes} bytes are too few for a safetensors file`);
  }
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, prefixBytes).getBigUint64(0, true));
  if (length > mostHeaderBytes || length > fileBytes - prefixBytes) {
    const why = `its header would be ${length} bytes long in a file of ${fileBytes}`;
    throw new CheckpointError(`${where}: this is not a safetensors file, or it is cut off: ${why}`);
  }
  return length;
}

/** Checks the header's JSON against the bytes of data that follow it. */
export function parseHeader(json: Uint8Array, dataBytes: number, where: string): SafetensorsHeader {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (error) {
    throw new CheckpointError(`${where}: the safetensors header is not JSON`, { cause: error });
  }
  if (!isObject(value)) throw new CheckpointError(`${where}: the safetensors header is not an object`);
  const entries = Object.entries(value).filter(([name]) => name !== '__metadata__');
  if (entries.length > mostTensors) {
    throw new CheckpointError(`${where}: ${entries.length} tensors are more than the ${mostTensors} that are read`);
  }
  const tensors = entries.map(([name, entry]) => parseEntry(name, entry, where)).sort((a, b) => a.start - b.start);
  requireNoGaps(tensors, dataBytes, where);
  const own = Object.hasOwn(value, '__metadata__') ? value['__metadata__'] : undefined;
  return { metadata: parseMetadata(own, where), tensors };
}

function parseEntry(name: string, entry: unknown, where: string): TensorEntry {
  const wrong = (why: string) => new CheckpointError(`${where}: tensor ${clipped(name)}: ${why}`);
  if (!isObject(entry)) throw wrong('its entry is not an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isElementType(dtype)) {
    throw wrong(`dtype ${clipped(dtype)} is not read; ${Object.keys(elementTypes).join(', ')} are`);
  }
  if (!Array.isArray(shape) || shape.length > mostAxes || !shape.every(isCount)) {
    throw wrong(`shape ${clipped(shape)} is not a list of at most ${mostAxes} sizes`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw wrong(`data_offsets ${clipped(offsets)} are not two byte positions`);
  }
  const [start, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * elementTypes[dtype].bytes;
  if (end - start !== bytes)
    throw wrong(`shape ${clipped(shape)} needs ${bytes} bytes, data_offsets give ${end - start}`);
  return { name, shape, dtype, start, bytes };
}

/** The format allows neither overlaps nor holes, so each range begins where the last one ended. */
function requireNoGaps(tensors: readonly TensorEntry[], dataBytes: number, where: string): void {
  let end = 0;
  for (const { name, start, bytes } of tensors) {
    if (start !== end) {
      const what = start < end ? 'overlaps the one before it' : 'leaves a gap before it';
      throw new CheckpointError(`${where}: tensor ${clipped(name)} ${what} at byte ${start}`);
    }
    end += bytes;
  }
  if (end === dataBytes) return;
  const what = end > dataBytes ? 'the file is cut off' : 'the file is longer than its header says';
  throw new CheckpointError(`${where}: ${what}: ${dataBytes} bytes of data where the header describes ${end}`);
}

function parseMetadata(value: unknown, where: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((item) => typeof item === 'string')) {
    throw new CheckpointError(`${where}: __metadata__ is not an object of texts`);
  }
  return value as Record<string, string>;
}

/** Values a shape holds; 1 for the shape [] of a single number. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text or JSON value short enough for a sentence: names and shapes are the file's, and may be anything. */
export function clipped(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Length prefix and JSON for tensors that follow in this order, padded so that the data is aligned to 8 bytes. */
export function encodeHeader(tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header = new Map<string, unknown>([['__metadata__', metadata]]);
  let end = 0;
  for (const { name, shape, data } of tensors) {
    if (header.has(name)) throw new CheckpointError(`tensor ${name} stands twice in one file`);
    if (sizeOf(shape) !== data.length) {
      throw new CheckpointError(`tensor ${name}: shape [${shape.join(', ')}] does not fit ${data.length} values`);
    }
    header.set(name, { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] });
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  const bytes = new Uint8Array(prefixBytes + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, prefixBytes);
  return bytes;
}
