/** The linear map on the native backend: products that transpose as they go. Inputs and outputs as in composed.ts. */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { addBias, columnSums, matMul } from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';

export const forwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const { x, weight, bias } = inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  return RawOperations.run(backend, (raw) => {
    const shape = [x.shape[0]!, weight.shape[0]!];
    const product = matMul(raw, raw.id(x), raw.id(weight), { tb: true });
    return { id: bias ? addBias(raw, product, raw.id(bias)) : product, shape };
  });
};

export const backwardOnTensorflow: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, x, weight } = inputs as Record<'dy' | 'x' | 'weight', TensorInfo>;
  return RawOperations.runAll(backend, (raw) => {
    const slope = raw.id(dy);
    const results = [
      { id: matMul(raw, slope, raw.id(weight)), shape: x.shape },
      { id: matMul(raw, slope, raw.id(x), { ta: true }), shape: weight.shape },
    ];
    return attrs!['bias'] === true ? [...results, { id: columnSums(raw, slope), shape: [weight.shape[0]!] }] : results;
  });
};
