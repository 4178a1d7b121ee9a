/**
 * How many of each layer's gates are saturated at a step: computed anew from what the step recorded (the layer's input, its
 * own output one time step earlier, its weights), so that training keeps no gates and every backend can give it. The time
 * step that is read first is left out: the state it starts from belongs to the batch before.
 */
import * as tf from '@tensorflow/tfjs-core';
import { linear } from '../kernels/linear/linear.ts';
import { layerWeights, type LayerWeights } from './layerWeights.ts';
import type { RecordedStep, TensorData } from './recordedStep.ts';

const GATES = 4;
/** A sigmoid below this, or above one minus it, hardly passes a gradient; likewise a tanh beyond TANH_LIMIT. */
const SIGMOID_LIMIT = 0.05;
const TANH_LIMIT = 0.95;
/** Gates i, f, g, o: the third is a tanh. */
const CELL_GATE = 2;

/** Name under which a layer's shares are kept once its activations are gone. */
export const saturationName = (layer: number): string => `saturation/${layer}`;

/** By layer the share (0 to 1) of saturated gates i, f, g, o, over batch, time, units and directions; none when unknown. */
export function gateSaturation(recorded: RecordedStep): Float32Array[] {
  const layers: Float32Array[] = [];
  for (let layer = 0; ; layer++) {
    const shares = recorded.read(saturationName(layer))?.data ?? ofLayer(recorded, layer);
    if (!shares) return layers;
    layers.push(shares);
  }
}

function ofLayer(recorded: RecordedStep, layer: number): Float32Array | undefined {
  const input = recorded.read(layer === 0 ? 'activation/0.input_dp' : `activation/0.hidden_dps.${layer - 1}`);
  const output = recorded.read(`activation/0.rnns.${layer}`);
  if (!input || !output || output.shape[1]! < 2) return undefined;
  const saturated = new Float64Array(GATES);
  let each = 0;
  for (const suffix of ['', '_reverse']) {
    const weights = layerWeights(recorded, layer, suffix);
    if (!weights) continue;
    const units = weights.hh.shape[1]!;
    const z = preactivations(recurrence(input, output, units, suffix !== ''), weights);
    for (let first = 0, gate = 0; first < z.length; first += units, gate = (gate + 1) % GATES) {
      const bound = gate === CELL_GATE ? TANH_BOUND : SIGMOID_BOUND;
      let count = 0;
      for (let at = first; at < first + units; at++) if (Math.abs(z[at]!) > bound) count++;
      saturated[gate]! += count;
    }
    each += z.length / GATES;
  }
  return each === 0 ? undefined : Float32Array.from(saturated, (count) => count / each);
}

/** sigmoid(z) < s exactly where z < ln(s / (1 - s)), and |tanh z| > t where |z| > artanh t. */
const SIGMOID_BOUND = Math.log((1 - SIGMOID_LIMIT) / SIGMOID_LIMIT);
const TANH_BOUND = Math.atanh(TANH_LIMIT);

interface Recurrence {
  /** What enters each time step but the first: its input [n, I], and the output one step earlier [n, H]. */
  readonly x: tf.Tensor2D;
  readonly h: tf.Tensor2D;
}

/** `output` [B, T, directions * H]; the reverse direction reads from the end and has the second half. The caller disposes. */
function recurrence(input: TensorData, output: TensorData, units: number, backwards: boolean): Recurrence {
  const [batch, time, size] = input.shape as [number, number, number];
  const width = output.shape[2]!;
  const rows = batch * (time - 1);
  const x = new Float32Array(rows * size);
  const h = new Float32Array(rows * units);
  let to = 0;
  for (let row = 0; row < batch; row++) {
    for (let t = 0; t < time - 1; t++, to++) {
      const [now, earlier] = backwards ? [t, t + 1] : [t + 1, t];
      const from = (row * time + now) * size;
      x.set(input.data.subarray(from, from + size), to * size);
      const before = (row * time + earlier) * width + (backwards ? units : 0);
      h.set(output.data.subarray(before, before + units), to * units);
    }
  }
  return { x: tf.tensor2d(x, [rows, size]), h: tf.tensor2d(h, [rows, units]) };
}

/** x ih' + h hh' + both biases, [n, 4H]. Disposes x and h. */
function preactivations({ x, h }: Recurrence, { ih, hh, biasIh, biasHh }: LayerWeights): Float32Array {
  const matrix = ({ shape, data }: TensorData): tf.Tensor2D => tf.tensor2d(data, shape as [number, number]);
  const z = tf.tidy(() =>
    tf.add(linear(x, matrix(ih), tf.tensor1d(biasIh.data)), linear(h, matrix(hh), tf.tensor1d(biasHh.data))),
  );
  const values = z.dataSync<'float32'>().slice();
  tf.dispose([x, h, z]);
  return values;
}
