/**
 * The LSTM on the native backend: BlockLSTM forward, and backward one LSTMBlockCellGrad and one product a step, then the
 * weight gradients as products over all steps. BlockLSTM is time-major and has its gates in the order i, c, f, o with
 * weights [I + H, 4H]; ours are batch-major, i, f, g, o, [4H, ...]. Swapping the middle two gates leads either way.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import {
  columnSums,
  concat,
  elementwise,
  gather,
  matMul,
  reshape,
  slice,
  stack,
  transpose,
  unstack,
} from '../rawArrays.ts';
import { RawOperations } from '../rawOperations.ts';
import type { BackwardInputs, ForwardInputs } from './lstmSequence.ts';

const OTHER_GATE_ORDER = [0, 2, 1, 3];

/** Swaps the gates of `axis`, which has 4H of them; `shape` is that of the tensor with this axis as [4, H]. */
function swapGates(raw: RawOperations, id: number, shape: number[], axis: number): number {
  const [rows, ...rest] = shape;
  const flat = axis === 0 ? [rows! * rest[0]!, ...rest.slice(1)] : [rows!, rest[0]! * rest[1]!];
  return reshape(raw, gather(raw, reshape(raw, id, shape), raw.ints(OTHER_GATE_ORDER), axis), flat);
}

/** [B, T, N] to [T, B, N] and back. */
const swapTime = (raw: RawOperations, id: number): number => transpose(raw, id, [1, 0, 2]);

/** Keeps what BlockLSTM gives and both weights as it wants them. */
export const forwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const { x, ih, hh, biasIh, biasHh, h0, c0 } = inputs as Record<string, TensorInfo> as ForwardInputs;
  const [batch, time, size] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  return RawOperations.runAll(backend, (raw) => {
    const swappedIh = swapGates(raw, raw.id(ih), [4, hidden, size], 0);
    const swappedHh = swapGates(raw, raw.id(hh), [4, hidden, hidden], 0);
    const weight = concat(raw, [transpose(raw, swappedIh, [1, 0]), transpose(raw, swappedHh, [1, 0])]);
    const bias = swapGates(raw, elementwise(raw, 'AddV2', raw.id(biasIh), raw.id(biasHh)), [4, hidden], 0);
    const sequence = swapTime(raw, raw.id(x));
    const peephole = raw.zeros([hidden]);
    const [i, cell, f, o, ci, co, h] = raw.ops(
      'BlockLSTM',
      [raw.real('forget_bias', 0), raw.real('cell_clip', 0), raw.bool('use_peephole', false), raw.type('T', 1)],
      [raw.long(time), sequence, raw.id(c0), raw.id(h0), weight, peephole, peephole, peephole, bias],
      7,
    ) as [number, number, number, number, number, number, number];
    const last = reshape(raw, slice(raw, cell, [time - 1, 0, 0], [1, batch, hidden]), [batch, hidden]);
    const steps = [i, cell, f, o, ci, co, h].map((id) => ({ id, shape: [time, batch, hidden] }));
    return [
      { id: swapTime(raw, h), shape: [batch, time, hidden] },
      { id: last, shape: [batch, hidden] },
      { id: weight, shape: [size + hidden, 4 * hidden] },
      { id: swappedHh, shape: [4 * hidden, hidden] },
      { id: bias, shape: [4 * hidden] },
      { id: sequence, shape: [time, batch, size] },
      ...steps,
    ];
  });
};

export const backwardOnTensorflow: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, ih, hh, h0, c0, ...others } = inputs as Record<string, TensorInfo> as BackwardInputs;
  const kept = Object.entries(others).flatMap(([name, tensor]) => (name.startsWith('kept') ? [tensor] : []));
  const [batch, time] = dy.shape as [number, number, number];
  const size = ih.shape[1]!;
  const hidden = hh.shape[1]!;
  return RawOperations.runAll(backend, (raw) => {
    const [weight, swappedHh, bias, sequence, ...steps] = kept.map((tensor) => raw.id(tensor)) as [
      number,
      number,
      number,
      number,
      ...number[],
    ];
    const h = steps[6]!;
    const [i, cell, f, o, ci, co] = steps.slice(0, 6).map((id) => unstack(raw, id, time));
    const slopes = unstack(raw, swapTime(raw, raw.id(dy)), time);
    const peephole = raw.zeros([hidden]);
    const noInput = raw.zeros([batch, size]);
    const noState = raw.zeros([batch, hidden]);
    const attributes = [raw.bool('use_peephole', false), raw.type('T', raw.types.float)];
    const dgates: number[] = [];
    const dhs: number[] = [];
    let dh = slopes[time - 1]!;
    let dc = noState;
    for (let t = time - 1; t >= 0; t--) {
      const before = t > 0 ? cell![t - 1]! : raw.id(c0);
      const gates = [i, cell, f, o, ci, co].map((of) => of![t]!);
      // Without peepholes only the shapes of x, h and w matter here.
      const cells = [noInput, before, noState, weight, peephole, peephole, peephole, bias, ...gates, dc, dh];
      const [dcBefore, dgate] = raw.ops('LSTMBlockCellGrad', attributes, cells, 5) as [number, number];
      dhs[t] = dh;
      dgates[t] = dgate;
      dc = dcBefore;
      if (t > 0) dh = elementwise(raw, 'AddV2', matMul(raw, dgate, swappedHh), slopes[t - 1]!);
    }
    const dz = swapGates(raw, stack(raw, dgates), [time * batch, 4, hidden], 1);
    const first = reshape(raw, raw.id(h0), [1, batch, hidden]);
    const earlier = concat(raw, [first, slice(raw, h, [0, 0, 0], [time - 1, batch, hidden])]);
    const dx = reshape(raw, matMul(raw, dz, raw.id(ih)), [time, batch, size]);
    const rowsOf = (id: number, width: number): number => reshape(raw, id, [time * batch, width]);
    const results = [
      { id: swapTime(raw, dx), shape: [batch, time, size] },
      { id: matMul(raw, dz, rowsOf(sequence, size), { ta: true }), shape: [4 * hidden, size] },
      { id: matMul(raw, dz, rowsOf(earlier, hidden), { ta: true }), shape: [4 * hidden, hidden] },
      { id: columnSums(raw, dz), shape: [4 * hidden] },
    ];
    if (attrs!['listened'] !== true) return results;
    return [...results, { id: swapTime(raw, stack(raw, dhs)), shape: [batch, time, hidden] }];
  });
};
