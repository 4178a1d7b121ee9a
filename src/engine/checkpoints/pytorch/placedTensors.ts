/**
 * From what a pickle said to tensors with a place in the file: which of its dictionaries holds the weights, and whether
 * every tensor lies inside the storage it names.
 */
import { CheckpointError } from '../checkpointError.ts';
import { elementTypes } from '../elementTypes.ts';
import { clipped, sizeOf } from '../safetensorsHeader.ts';
import type { StoredTensor } from '../tensorFile.ts';
import { TensorReference, type PickleValue } from './pickleValues.ts';

/** The bytes of a storage in the file. */
export interface StoragePlace {
  readonly start: number;
  readonly bytes: number;
}

const mostTensors = 100_000;
const mostDepth = 16;
const mostVisits = 1_000_000;

/** Keys under which training scripts keep the weights beside other things. */
const weightKeys: readonly PickleValue[] = ['state_dict', 'model_state_dict', 'model', 'net', 'weights'];

type Named = readonly [name: string, tensor: TensorReference];

/** The weights of `value` with their places. Throws a {@link CheckpointError}; `where` names the file. */
export function placedTensors(
  value: PickleValue,
  storages: ReadonlyMap<string, StoragePlace>,
  where: string,
): { tensors: StoredTensor[]; besides: string } {
  const { weights, besides } = chosen(value);
  const named = tensorsIn(weights, where);
  if (named.length === 0) throw new CheckpointError(`${where}: it holds no tensor; name a file of weights`);
  const seen = new Set<string>();
  const tensors = named.map(([name, reference]) => {
    if (seen.has(name)) throw new CheckpointError(`${where}: tensor ${clipped(name)} stands twice in it`);
    seen.add(name);
    return placed(name, reference, storages, where);
  });
  return { tensors, besides };
}

/** The dictionary of weights, and in words what lies beside it. */
function chosen(value: PickleValue): { weights: PickleValue; besides: string } {
  if (!(value instanceof Map) || [...value.values()].some((inner) => inner instanceof TensorReference)) {
    return { weights: value, besides: '' };
  }
  const key = weightKeys.find((known) => value.get(known) instanceof Map);
  if (key === undefined) return { weights: value, besides: '' };
  const others = [...value.keys()].filter((other) => other !== key && other !== null).map((other) => clipped(other));
  const shown = others.slice(0, 5).join(', ') + (others.length > 5 ? ` and ${others.length - 5} more` : '');
  return { weights: value.get(key) ?? null, besides: shown };
}

/** Tensors of nested dictionaries and lists, their keys joined with dots. */
function tensorsIn(value: PickleValue, where: string): Named[] {
  const found: Named[] = [];
  let visits = 0;
  const visit = (inner: PickleValue, name: string, depth: number) => {
    if (++visits > mostVisits || depth > mostDepth || found.length > mostTensors) {
      throw new CheckpointError(`${where}: its dictionaries hold more, or lie deeper, than is read`);
    }
    if (inner instanceof TensorReference) found.push([name === '' ? 'tensor' : name, inner]);
    const entries = inner instanceof Map || Array.isArray(inner) ? inner.entries() : [];
    for (const [key, item] of entries) visit(item, joined(name, key), depth + 1);
  };
  visit(value, '', 0);
  return found;
}

function joined(name: string, key: PickleValue): string {
  const part = typeof key === 'string' || typeof key === 'number' ? String(key) : '?';
  return name === '' ? part : `${name}.${part}`;
}

function placed(
  name: string,
  { storage, offset, shape, stride }: TensorReference,
  storages: ReadonlyMap<string, StoragePlace>,
  where: string,
): StoredTensor {
  const wrong = (why: string) => new CheckpointError(`${where}: tensor ${clipped(name)}: ${why}`);
  const place = storages.get(storage.key);
  if (!place) throw wrong(`its storage ${clipped(storage.key)} is not in the file`);
  const { bytes } = elementTypes[storage.dtype];
  const cells = sizeOf(shape);
  const span = cells === 0 ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * stride[axis]!, 1);
  const first = storage.offset + offset;
  if (!Number.isSafeInteger(cells) || !Number.isSafeInteger(first + span)) throw wrong('its sizes are no numbers');
  if (first + span > Math.floor(place.bytes / bytes)) {
    throw wrong(`shape [${shape.join(', ')}] reaches beyond its storage of ${place.bytes} bytes`);
  }
  // Several cells in one place: a small file could claim any size.
  if (cells > span) throw wrong(`its stride [${stride.join(', ')}] uses the same memory for several cells`);
  const start = place.start + first * bytes;
  const storageName = `${storage.key}@${first}:${shape.join('x')}:${stride.join('x')}`;
  return {
    name,
    shape,
    dtype: storage.dtype,
    start,
    stride: rowMajor(shape, stride) ? null : stride,
    storage: storageName,
  };
}

/** Whether cells follow one another as they are counted; axes of one cell do not matter. */
function rowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
