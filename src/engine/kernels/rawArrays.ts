/** Shaping and products of raw float32 (and int32) tensors, by the names they have in TensorFlow. */
import type { RawOperations } from './rawOperations.ts';

/** The same values in another shape; one size may be -1. */
export function reshape(raw: RawOperations, id: number, shape: number[], dtype = raw.types.float): number {
  return raw.op('Reshape', [raw.type('T', dtype), raw.type('Tshape', raw.types.int32)], [id, raw.ints(shape)]);
}

/** Axis `order[k]` becomes axis k. */
export function transpose(raw: RawOperations, id: number, order: number[]): number {
  return raw.op(
    'Transpose',
    [raw.type('T', raw.types.float), raw.type('Tperm', raw.types.int32)],
    [id, raw.ints(order)],
  );
}

/** One after the other along `axis`. */
export function concat(raw: RawOperations, ids: number[], axis = 0, dtype = raw.types.float): number {
  const attributes = [raw.integer('N', ids.length), raw.type('T', dtype), raw.type('Tidx', raw.types.int32)];
  return raw.op('ConcatV2', attributes, [...ids, raw.int(axis)]);
}

/** From `begin` on, `size` along each axis; a size of -1 is all that is left. */
export function slice(raw: RawOperations, id: number, begin: number[], size: number[]): number {
  const attributes = [raw.type('T', raw.types.float), raw.type('Index', raw.types.int32)];
  return raw.op('Slice', attributes, [id, raw.ints(begin), raw.ints(size)]);
}

/** The `count` parts of an axis, which is gone from them. Those of the first axis are not copied. */
export function unstack(raw: RawOperations, id: number, count: number, axis = 0): number[] {
  const attributes = [raw.integer('num', count), raw.integer('axis', axis), raw.type('T', raw.types.float)];
  return raw.ops('Unpack', attributes, [id], count);
}

/** Parts of equal shape as one tensor with a new axis. */
export function stack(raw: RawOperations, ids: number[], axis = 0, dtype = raw.types.float): number {
  const attributes = [raw.integer('N', ids.length), raw.type('T', dtype), raw.integer('axis', axis)];
  return raw.op('Pack', attributes, ids);
}

/** Slices of `id` along `axis`, those that `indices` (int32) names. */
export function gather(raw: RawOperations, id: number, indices: number, axis = 0): number {
  const { float, int32 } = raw.types;
  const attributes = [
    raw.integer('batch_dims', 0),
    raw.type('Tparams', float),
    raw.type('Tindices', int32),
    raw.type('Taxis', int32),
  ];
  return raw.op('GatherV2', attributes, [id, indices, raw.int(axis)]);
}

/** Rows of an [N, C] with a [C] added to each. */
export function addBias(raw: RawOperations, id: number, bias: number): number {
  return raw.op('BiasAdd', [raw.type('T', raw.types.float), raw.text('data_format', 'NHWC')], [id, bias]);
}

/** a b, with either transposed first. */
export function matMul(raw: RawOperations, a: number, b: number, { ta = false, tb = false } = {}): number {
  const attributes = [raw.bool('transpose_a', ta), raw.bool('transpose_b', tb), raw.type('T', raw.types.float)];
  return raw.op('MatMul', attributes, [a, b]);
}

/** One of TensorFlow's operations with the one attribute T, on float32. */
export function elementwise(raw: RawOperations, name: string, ...inputs: number[]): number {
  return raw.op(name, [raw.type('T', raw.types.float)], inputs);
}

/** Sums of the columns of an [N, C]: [C]. */
export function columnSums(raw: RawOperations, id: number): number {
  return raw.op('BiasAddGrad', [raw.type('T', raw.types.float), raw.text('data_format', 'NHWC')], [id]);
}

/** "Sum" or "Max" over one axis. */
export function reduce(raw: RawOperations, name: 'Sum' | 'Max', id: number, axis: number, keep = false): number {
  const { float, int32 } = raw.types;
  return raw.op(
    name,
    [raw.bool('keep_dims', keep), raw.type('T', float), raw.type('Tidx', int32)],
    [id, raw.ints([axis])],
  );
}
