/**
 * The LSTM's forward pass on the native backend for large layers: the input's product over all steps at once, and at each
 * step the recurrent product and the cell from elementwise operations. Nothing is turned to time-major on the way.
 */
import { addBias, elementwise, matMul, reshape, stack, transpose, unstack } from '../rawArrays.ts';
import type { RawOperations, RawTensor } from '../rawOperations.ts';
import type { ForwardInputs } from './lstmSequence.ts';

/** Keeps of each step i, cell, f, o, g and tanh(cell), [B, H] each. */
export function forwardStepByStep(
  raw: RawOperations,
  { x, ih, hh, biasIh, biasHh, h0, c0 }: ForwardInputs,
): RawTensor[] {
  const [batch, time, size] = x.shape as [number, number, number];
  const hidden = hh.shape[1]!;
  const bias = elementwise(raw, 'AddV2', raw.id(biasIh), raw.id(biasHh));
  const product = matMul(raw, reshape(raw, raw.id(x), [batch * time, size]), raw.id(ih), { tb: true });
  const inputs = unstack(raw, reshape(raw, addBias(raw, product, bias), [batch, time, 4 * hidden]), time, 1);
  const recurrent = transposedOnce(raw, raw.id(hh), hidden);
  let h = raw.id(h0);
  let cell = raw.id(c0);
  const outputs: number[] = [];
  const kept: number[] = [];
  for (const input of inputs) {
    const z = elementwise(raw, 'AddV2', matMul(raw, h, recurrent), input);
    const split = [raw.integer('num_split', 4), raw.type('T', raw.types.float)];
    const [zi, zf, zg, zo] = raw.ops('Split', split, [raw.int(1), z], 4) as [number, number, number, number];
    const i = elementwise(raw, 'Sigmoid', zi);
    const f = elementwise(raw, 'Sigmoid', zf);
    const g = elementwise(raw, 'Tanh', zg);
    const o = elementwise(raw, 'Sigmoid', zo);
    cell = elementwise(raw, 'AddV2', elementwise(raw, 'Mul', f, cell), elementwise(raw, 'Mul', i, g));
    const squashed = elementwise(raw, 'Tanh', cell);
    h = elementwise(raw, 'Mul', o, squashed);
    outputs.push(h);
    kept.push(i, cell, f, o, g, squashed);
  }
  const step = (id: number): RawTensor => ({ id, shape: [batch, hidden] });
  // Each result has an id of its own: the last cell is also among what is kept.
  const last = reshape(raw, cell, [batch, hidden]);
  return [{ id: stack(raw, outputs, 1), shape: [batch, time, hidden] }, step(last), ...kept.map(step)];
}

/**
 * hhᵀ [H, 4H], written out once. As a plain transpose TensorFlow would fold it back into every step's product, which is then
 * several times slower; of one with three axes it does not know that it could.
 */
function transposedOnce(raw: RawOperations, hh: number, hidden: number): number {
  const turned = transpose(raw, reshape(raw, hh, [4, hidden, hidden]), [2, 0, 1]);
  return reshape(raw, turned, [hidden, 4 * hidden]);
}
