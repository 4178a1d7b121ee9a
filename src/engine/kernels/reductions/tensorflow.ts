/** Sums over a whole tensor on the native backend, without writing what is summed. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elementwise, reshape } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';

/** TensorFlow's L2Loss is half of it. */
export const squaresOnTensorflow: KernelFunc = ({ inputs, backend }) =>
  RawOperations.run(backend, (raw) => {
    const half = elementwise(raw, 'L2Loss', raw.id(inputs['x'] as TensorInfo));
    return { id: elementwise(raw, 'Mul', half, raw.float(2)), shape: [] };
  });

/** Counted as integers. */
export const notZeroOnTensorflow: KernelFunc = ({ inputs, backend }) =>
  RawOperations.run(backend, (raw) => {
    const { float, int32, bool } = raw.types;
    const comparison = [raw.type('T', float), raw.bool('incompatible_shape_error', true)];
    const differs = raw.op('NotEqual', comparison, [raw.id(inputs['x'] as TensorInfo), raw.float(0)]);
    const cast = (id: number, from: number, to: number): number =>
      raw.op('Cast', [raw.type('SrcT', from), raw.type('DstT', to), raw.bool('Truncate', false)], [id]);
    const ones = reshape(raw, cast(differs, bool, int32), [-1], int32);
    const attributes = [raw.bool('keep_dims', false), raw.type('T', int32), raw.type('Tidx', int32)];
    return { id: cast(raw.op('Sum', attributes, [ones, raw.ints([0])]), int32, float), shape: [] };
  });
