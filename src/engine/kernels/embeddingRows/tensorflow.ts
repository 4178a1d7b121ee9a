/** Embedding rows on the native backend, without the host's look at the ids that tfjs's own gather takes. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elementwise, gather, reshape } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';
import type { EmbeddingRowsAttributes } from './composed.ts';

export const forwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const { ids, weight, mask } = inputs as { ids: TensorInfo; weight: TensorInfo; mask?: TensorInfo };
  return RawOperations.run(backend, (raw) => {
    const rows = gather(raw, raw.id(weight), raw.id(ids));
    const id = mask ? elementwise(raw, 'Mul', rows, gather(raw, raw.id(mask), raw.id(ids))) : rows;
    return { id, shape: [ids.shape[0]!, weight.shape[1]!] };
  });
};

export const backwardOnTensorflow: KernelFunc = ({ inputs, attrs, backend }) => {
  const { ids, dy, mask } = inputs as { ids: TensorInfo; dy: TensorInfo; mask?: TensorInfo };
  const { vocabulary, padding } = attrs as unknown as EmbeddingRowsAttributes;
  return RawOperations.run(backend, (raw) => {
    const { float, int32, bool } = raw.types;
    const tokens = raw.id(ids);
    const factors: number[] = mask ? [gather(raw, raw.id(mask), tokens)] : [];
    if (padding !== null) {
      const comparison = [raw.type('T', int32), raw.bool('incompatible_shape_error', true)];
      const learns = raw.op('NotEqual', comparison, [tokens, raw.int(padding)]);
      const cast = [raw.type('SrcT', bool), raw.type('DstT', float), raw.bool('Truncate', false)];
      factors.push(reshape(raw, raw.op('Cast', cast, [learns]), [-1, 1]));
    }
    // Both are one number a row: they are joined before the rows are touched.
    const factor = factors.length === 2 ? elementwise(raw, 'Mul', factors[0]!, factors[1]!) : factors[0];
    const rows = factor === undefined ? raw.id(dy) : elementwise(raw, 'Mul', raw.id(dy), factor);
    const attributes = [raw.type('T', float), raw.type('Tindices', int32), raw.type('Tnumsegments', int32)];
    const id = raw.op('UnsortedSegmentSum', attributes, [rows, tokens, raw.int(vocabulary)]);
    return { id, shape: [vocabulary, dy.shape[1]!] };
  });
};
