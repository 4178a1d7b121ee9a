/**
 * The list of things a pickle may name. Tensors are put together from their parts, dictionaries become maps, and that is
 * all: a pickle is a program in the hands of Python, and no step of it runs here.
 */
import type { ElementType } from '../elementTypes.ts';
import { PickleGlobal, StorageReference, TensorReference, type PickleValue } from './pickleValues.ts';

const storages: Readonly<Record<string, ElementType>> = {
  'torch.FloatStorage': 'F32',
  'torch.DoubleStorage': 'F64',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

const mostAxes = 16;

type Rebuild = (args: readonly PickleValue[]) => PickleValue | undefined;

/** Each answers undefined for arguments that torch.save would not have written. */
const rebuilds: Readonly<Record<string, Rebuild>> = {
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': ([tensor]) => (tensor instanceof TensorReference ? tensor : undefined),
  'collections.OrderedDict': ([pairs]) => mapOf(pairs),
  'collections.defaultdict': () => new Map(),
  'torch.Size': ([sizes]) => sizes,
  'torch.device': ([kind]) => kind,
  // fastai keeps the hyper-parameters of its optimiser in a list of its own.
  'fastcore.foundation.L': () => [],
};

/** Named but not called: the factory of a defaultdict, the type of a tensor. */
const inert =
  /^(?:(?:__builtin__|builtins)\.(?:dict|list|int|float)|torch\.(?:u?int|float|bfloat|half|double|long|bool)\w*)$/;

/** A name that a pickle uses, or null when it is none of the list. */
export function allowedGlobal(module: string, name: string): PickleGlobal | null {
  const full = `${module}.${name}`;
  const known = Object.hasOwn(storages, full) || Object.hasOwn(rebuilds, full) || inert.test(full);
  return known ? new PickleGlobal(full) : null;
}

/** What `callable(*args)` stands for, or undefined when it is nothing that torch.save writes. */
export function rebuilt(callable: PickleValue | undefined, args: PickleValue | undefined): PickleValue | undefined {
  if (!(callable instanceof PickleGlobal) || !Array.isArray(args)) return undefined;
  return Object.hasOwn(rebuilds, callable.name) ? rebuilds[callable.name]?.(args) : undefined;
}

/** What a persistent id stands for: always a storage, described by its type, key and length. */
export function persistent(id: PickleValue | undefined): StorageReference | undefined {
  if (!Array.isArray(id) || id[0] !== 'storage') return undefined;
  const [, type, key, , cells, view] = id;
  if (!(type instanceof PickleGlobal) || typeof key !== 'string' || !isCount(cells)) return undefined;
  const dtype = storages[type.name];
  if (dtype === undefined) return undefined;
  if (view === undefined || view === null) return new StorageReference(key, dtype, cells);
  // Files before torch 1.6: [key of the view, first element, elements].
  const [, offset, viewCells] = Array.isArray(view) ? view : [];
  if (!isCount(offset) || !isCount(viewCells)) return undefined;
  return new StorageReference(key, dtype, viewCells, offset);
}

function rebuildTensor([storage, offset, shape, stride]: readonly PickleValue[]): TensorReference | undefined {
  if (!(storage instanceof StorageReference) || !isCount(offset) || !areCounts(shape) || !areCounts(stride)) {
    return undefined;
  }
  if (shape.length !== stride.length || shape.length > mostAxes) return undefined;
  return new TensorReference(storage, offset, shape.slice(), stride.slice());
}

function mapOf(pairs: PickleValue | undefined): Map<PickleValue, PickleValue> | undefined {
  const map = new Map<PickleValue, PickleValue>();
  if (pairs === undefined) return map;
  if (!Array.isArray(pairs)) return undefined;
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined;
    map.set(pair[0] as PickleValue, pair[1] as PickleValue);
  }
  return map;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function areCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
