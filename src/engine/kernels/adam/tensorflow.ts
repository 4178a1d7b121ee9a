/**
 * Adam on the native backend: TensorFlow's own step, in place in a captured step. Its rate and epsilon are meant for
 * slots without correction, so the corrections are put into them: m / (sqrt(v c) + e) = m / sqrt(c) / (sqrt(v) + e / sqrt(c)).
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elementwise } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';
import type { AdamAttributes, AdamInputs } from './adam.ts';

export const adamOnTensorflow: KernelFunc = ({ inputs, attrs, backend }) => {
  const { parameter, gradient, m, v, factor, momentum, size, correction, keep } = inputs as Record<
    keyof AdamInputs,
    TensorInfo
  >;
  const { squareMomentum, epsilon, decays } = attrs as unknown as AdamAttributes;
  const { shape } = parameter;
  return RawOperations.runAll(backend, (raw) => {
    const before = raw.id(parameter);
    const root = elementwise(raw, 'Sqrt', raw.id(correction));
    const rate = elementwise(raw, 'RealDiv', raw.id(size), root);
    const margin = elementwise(raw, 'RealDiv', raw.float(epsilon), root);
    const clipped = elementwise(raw, 'Mul', raw.id(gradient), raw.id(factor));
    const start = decays ? elementwise(raw, 'Mul', before, raw.id(keep)) : before;
    const [after, newM, newV] = raw.update(
      'ResourceApplyAdam',
      [raw.type('T', raw.types.float), raw.bool('use_locking', false), raw.bool('use_nesterov', false)],
      [start, raw.id(m), raw.id(v)].map((id) => ({ id, shape })),
      [raw.float(0), raw.float(0), rate, raw.id(momentum), raw.float(squareMomentum), margin, clipped],
    ) as [number, number, number];
    const half = elementwise(raw, 'L2Loss', elementwise(raw, 'Sub', after, before));
    return [
      ...[after, newM, newV].map((id) => ({ id, shape })),
      { id: elementwise(raw, 'Mul', half, raw.float(2)), shape: [] },
    ];
  });
};
