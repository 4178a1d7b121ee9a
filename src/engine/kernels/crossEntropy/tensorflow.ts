/**
 * Cross-entropy on the native backend. Keeps e = exp(logits - max) and its sums over each row, so that the gradient's
 * factor dy / N goes into the division by the sum: the [N, V] slope is never scaled by itself.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { elementwise, reduce, stack } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';

/** Where in [N, V] each row's target is: int32 [N, 2]. */
function targetCells(raw: RawOperations, targets: TensorInfo): number {
  const rows = targets.shape[0]!;
  const each = raw.ints(Array.from({ length: rows }, (_, row) => row));
  return stack(raw, [each, raw.id(targets)], 1, raw.types.int32);
}

export const forwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const { logits, targets } = inputs as Record<'logits' | 'targets', TensorInfo>;
  const [rows, vocabulary] = logits.shape as [number, number];
  return RawOperations.runAll(backend, (raw) => {
    const { float, int32 } = raw.types;
    const scores = raw.id(logits);
    const shifted = elementwise(raw, 'Sub', scores, reduce(raw, 'Max', scores, 1, true));
    const exponentials = elementwise(raw, 'Exp', shifted);
    const sums = reduce(raw, 'Sum', exponentials, 1, true);
    const cells = targetCells(raw, targets);
    const hit = raw.op('GatherNd', [raw.type('Tparams', float), raw.type('Tindices', int32)], [shifted, cells]);
    const flat = raw.op('Squeeze', [raw.type('T', float), { ...raw.integer('squeeze_dims', 0), value: [1] }], [sums]);
    const losses = elementwise(raw, 'Sub', elementwise(raw, 'Log', flat), hit);
    const loss = elementwise(raw, 'Mul', reduce(raw, 'Sum', losses, 0), raw.float(1 / rows));
    return [
      { id: loss, shape: [] },
      { id: losses, shape: [rows] },
      { id: exponentials, shape: [rows, vocabulary] },
      { id: sums, shape: [rows, 1] },
    ];
  });
};

export const backwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const { targets, kept0, kept1, dy } = inputs as Record<'targets' | 'kept0' | 'kept1' | 'dy', TensorInfo>;
  const [rows, vocabulary] = kept0.shape as [number, number];
  return RawOperations.run(backend, (raw) => {
    const { float, int32 } = raw.types;
    const share = elementwise(raw, 'Mul', raw.id(dy), raw.float(1 / rows));
    const slope = elementwise(raw, 'Mul', raw.id(kept0), elementwise(raw, 'RealDiv', share, raw.id(kept1)));
    const each = raw.op('Fill', [raw.type('T', float), raw.type('index_type', int32)], [raw.ints([rows]), share]);
    const attributes = [raw.type('T', float), raw.type('Tindices', int32)];
    const id = raw.op('TensorScatterSub', attributes, [slope, targetCells(raw, targets), each]);
    return { id, shape: [rows, vocabulary] };
  });
};
