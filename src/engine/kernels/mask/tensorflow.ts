/**
 * The mask kernel of the native backend: StatelessRandomUniformFullIntV2 with algorithm 1 is Philox4x32-10 with this
 * key and counter, word for word. All intermediates stay raw ids: their types (uint16, uint64) have no tfjs name.
 */
import * as tf from '@tensorflow/tfjs-core';
import { concat, elementwise, reshape, slice } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';
import type { MaskAttributes } from './mask.ts';

const PHILOX = 1;

export const maskOnTensorflow: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { shape, threshold, scale, seed, site, repeat } = attrs as unknown as MaskAttributes;
  return RawOperations.run(backend, (raw) => {
    const { int32, float, uint16, uint64, bool } = raw.types;
    const size = tf.util.sizeFromShape(shape);
    const words = (size + 1) >> 1;
    const call = raw.id(inputs['call']!);
    const counter = concat(raw, [raw.ints([0, 0]), call, raw.ints([repeat])], 0, int32);
    const bitcast = (id: number, from: number, to: number): number =>
      raw.op('Bitcast', [raw.type('T', from), raw.type('type', to)], [id]);
    const as64 = (id: number): number => bitcast(reshape(raw, id, [-1, 2], int32), int32, uint64);
    const uniform = raw.op(
      'StatelessRandomUniformFullIntV2',
      [raw.type('dtype', int32), raw.type('Tshape', int32)],
      [raw.ints([words]), as64(raw.ints([seed, site])), as64(counter), raw.int(PHILOX)],
    );
    const cast = (id: number, from: number, to: number): number =>
      raw.op('Cast', [raw.type('SrcT', from), raw.type('DstT', to), raw.bool('Truncate', false)], [id]);
    const limit = cast(raw.int(threshold), int32, uint16);
    const kept = raw.op('GreaterEqual', [raw.type('T', uint16)], [bitcast(uniform, int32, uint16), limit]);
    const flat = reshape(raw, cast(kept, bool, float), [words * 2]);
    const cut = size % 2 === 0 ? flat : slice(raw, flat, [0], [size]);
    const scaled = elementwise(raw, 'Mul', reshape(raw, cut, shape), raw.float(scale));
    return { id: scaled, shape };
  });
};
