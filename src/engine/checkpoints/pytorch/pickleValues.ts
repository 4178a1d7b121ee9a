/**
 * What a pickle of weights can hold once it is read: plain values, and references to tensors that lie elsewhere in the
 * file. Nothing here is ever called: there is a fixed list of things that torch.save writes, and no other.
 */
import type { ElementType } from '../elementTypes.ts';

/** The memory of one or more tensors, as the file names it. */
export class StorageReference {
  readonly key: string;
  readonly dtype: ElementType;
  /** Elements, as the pickle says. */
  readonly cells: number;
  /** Elements before its first one in the storage `key`: old files may cut one storage into several. */
  readonly offset: number;

  constructor(key: string, dtype: ElementType, cells: number, offset = 0) {
    this.key = key;
    this.dtype = dtype;
    this.cells = cells;
    this.offset = offset;
  }
}

/** A window of a storage: element [i, j, …] lies at offset + i * stride[0] + j * stride[1] + … */
export class TensorReference {
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];

  constructor(storage: StorageReference, offset: number, shape: readonly number[], stride: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }
}

/** A class or function by its name; only those that `reduce` knows get this far. */
export class PickleGlobal {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Lists and tuples are arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | StorageReference
  | TensorReference
  | PickleGlobal;
