/**
 * The LSTM on the native backend. Forward is one BlockLSTMV2, or one product and a cell a step where the weights outgrow a
 * core's cache; backward is one LSTMBlockCellGrad and one product a step, then the weight gradients as products over all
 * steps. TensorFlow's slopes of a step have their gates in the order i, g, f, o; ours are i, f, g, o.
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
import { RawOperations, type RawTensor } from '../rawOperations.ts';
import type { BackwardInputs, ForwardInputs } from './lstmSequence.ts';
import { forwardStepByStep } from './tensorflowSteps.ts';

/** BlockLSTM packs both weights anew at every step, which is cheap only while they stay in a core's cache (bytes). */
const CACHED_WEIGHTS = 2 ** 20;

const OTHER_GATE_ORDER = [0, 2, 1, 3];
/** What backward wants of each step: gates i, f, o, g, the cell and its tanh. */
const KEPT = 6;

/** Keeps i, cell, f, o, g and tanh(cell): of all steps together [T, B, H], or all steps' [B, H] of one, then of the next. */
export const forwardOnTensorflow: KernelFunc = ({ inputs, backend }) => {
  const given = inputs as Record<string, TensorInfo> as ForwardInputs;
  const { x, hh } = given;
  const hidden = hh.shape[1]!;
  const bytes = 4 * 4 * hidden * (x.shape[2]! + hidden);
  const forward = bytes > CACHED_WEIGHTS ? forwardStepByStep : forwardInOne;
  return RawOperations.runAll(backend, (raw) => forward(raw, given));
};

function forwardInOne(raw: RawOperations, { x, ih, hh, biasIh, biasHh, h0, c0 }: ForwardInputs): RawTensor[] {
  const [batch, time] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  const weight = transpose(raw, concat(raw, [raw.id(ih), raw.id(hh)], 1), [1, 0]);
  const bias = elementwise(raw, 'AddV2', raw.id(biasIh), raw.id(biasHh));
  const peephole = raw.zeros([hidden]);
  const sequence = transpose(raw, raw.id(x), [1, 0, 2]);
  const [i, cell, f, o, g, squashed, h] = raw.ops(
    'BlockLSTMV2',
    [raw.real('cell_clip', 0), raw.bool('use_peephole', false), raw.type('T', raw.types.float)],
    [raw.long(time), sequence, raw.id(c0), raw.id(h0), weight, peephole, peephole, peephole, bias],
    KEPT + 1,
  ) as [number, number, number, number, number, number, number];
  const last = reshape(raw, slice(raw, cell, [time - 1, 0, 0], [1, batch, hidden]), [batch, hidden]);
  return [
    { id: transpose(raw, h, [1, 0, 2]), shape: [batch, time, hidden] },
    { id: last, shape: [batch, hidden] },
    ...[i, cell, f, o, g, squashed].map((id) => ({ id, shape: [time, batch, hidden] })),
  ];
}

export const backwardOnTensorflow: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, x, ih, hh, h0, c0, output, ...others } = inputs as Record<string, TensorInfo> as BackwardInputs;
  const kept = Object.entries(others).flatMap(([name, tensor]) => (name.startsWith('kept') ? [tensor] : []));
  const [batch, time, size] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  return RawOperations.runAll(backend, (raw) => {
    const swapped = swapGates(raw, raw.id(hh), [4, hidden, hidden], 0);
    const noState = raw.zeros([batch, hidden]);
    const peephole = raw.zeros([hidden]);
    // Without peepholes only the shapes of x, h, the weights and the bias matter: no inputs, and any [H, 4H].
    const [noInput, weight, bias] = [
      raw.zeros([batch, 0]),
      reshape(raw, swapped, [hidden, 4 * hidden]),
      raw.zeros([4 * hidden]),
    ];
    const attributes = [raw.bool('use_peephole', false), raw.type('T', raw.types.float)];
    const slopes = unstack(raw, raw.id(dy), time, 1);
    const steps = byStep(raw, kept, time);
    const dgates: number[] = [];
    const dhs: number[] = [];
    let dh = slopes[time - 1]!;
    let dc = noState;
    for (let t = time - 1; t >= 0; t--) {
      const [i, cell, ...gates] = steps[t]!;
      const before = t > 0 ? steps[t - 1]![1] : raw.id(c0);
      const fixed = [noInput, before, noState, weight, peephole, peephole, peephole, bias];
      const [dcBefore, dgate] = raw.ops('LSTMBlockCellGrad', attributes, [...fixed, i, cell, ...gates, dc, dh], 5) as [
        number,
        number,
      ];
      dhs[t] = dh;
      dgates[t] = dgate;
      dc = dcBefore;
      if (t > 0) dh = elementwise(raw, 'AddV2', matMul(raw, dgate, swapped), slopes[t - 1]!);
    }
    // The order of gates is put right where there is less to write: in all slopes, or in weights and their gradients.
    const rows = batch * time;
    const inWeights = rows > hidden + 2 * size;
    const stacked = stack(raw, dgates, 1);
    const dz = inWeights ? reshape(raw, stacked, [rows, 4 * hidden]) : swapGates(raw, stacked, [rows, 4, hidden], 1);
    const ours = (id: number, width: number): number => (inWeights ? swapGates(raw, id, [4, hidden, width], 0) : id);
    const first = reshape(raw, raw.id(h0), [batch, 1, hidden]);
    const earlier = concat(raw, [first, slice(raw, raw.id(output), [0, 0, 0], [batch, time - 1, hidden])], 1);
    const rowsOf = (id: number, width: number): number => reshape(raw, id, [rows, width]);
    const dx = matMul(raw, dz, ours(raw.id(ih), size));
    const results = [
      { id: reshape(raw, dx, [batch, time, size]), shape: [batch, time, size] },
      { id: ours(matMul(raw, dz, rowsOf(raw.id(x), size), { ta: true }), size), shape: [4 * hidden, size] },
      { id: ours(matMul(raw, dz, rowsOf(earlier, hidden), { ta: true }), hidden), shape: [4 * hidden, hidden] },
      { id: reshape(raw, ours(columnSums(raw, dz), 1), [4 * hidden]), shape: [4 * hidden] },
    ];
    if (attrs!['listened'] !== true) return results;
    return [...results, { id: stack(raw, dhs, 1), shape: [batch, time, hidden] }];
  });
};

type KeptStep = [i: number, cell: number, f: number, o: number, g: number, squashed: number];

/** What forward kept, step by step. */
function byStep(raw: RawOperations, kept: readonly TensorInfo[], time: number): KeptStep[] {
  const ids = kept.map((tensor) => raw.id(tensor));
  if (kept[0]!.shape.length === 2) {
    return Array.from({ length: time }, (_, t) => ids.slice(t * KEPT, (t + 1) * KEPT) as KeptStep);
  }
  const each = ids.map((id) => unstack(raw, id, time));
  return Array.from({ length: time }, (_, t) => each.map((steps) => steps[t]!) as KeptStep);
}

/** Swaps the gates of `axis`, which has 4H of them; `shape` is that of the tensor with this axis as [4, H]. */
function swapGates(raw: RawOperations, id: number, shape: number[], axis: number): number {
  const [rows, ...rest] = shape;
  const flat = axis === 0 ? [rows! * rest[0]!, ...rest.slice(1)] : [rows!, rest[0]! * rest[1]!];
  return reshape(raw, gather(raw, reshape(raw, id, shape), raw.ints(OTHER_GATE_ORDER), axis), flat);
}
