/**
 * How often the gates of each unit stand at an end of their range at a step: computed anew from what the step recorded (the
 * layer's input, its own output one time step earlier, its weights), so that training keeps no gates and every backend can
 * give it. The time step that is read first is left out: the state it starts from belongs to the batch before.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { GateView, LayerGates } from '../../shared/stepContract.ts';
import { linear } from '../kernels/linear/linear.ts';
import { layerWeights, type LayerWeights } from './layerWeights.ts';
import type { RecordedStep, TensorData } from './recordedStep.ts';

const GATES = 4;
/** A sigmoid below this, or above one minus it, hardly passes a gradient; likewise a tanh beyond TANH_LIMIT. */
const SIGMOID_LIMIT = 0.05;
const TANH_LIMIT = 0.95;
/** Gates i, f, g, o: the third is a tanh. */
const CELL_GATE = 2;

/** sigmoid(z) < s exactly where z < ln(s / (1 - s)), and |tanh z| > t where |z| > artanh t. */
const SIGMOID_BOUND = Math.log((1 - SIGMOID_LIMIT) / SIGMOID_LIMIT);
const TANH_BOUND = Math.atanh(TANH_LIMIT);

/** Name under which a layer's shares are kept once its activations are gone: low, then high, [2, 4, U]. */
export const gatesName = (layer: number): string => `gates/${layer}`;

/** Also at how many positions they were counted. */
export interface CountedGates extends LayerGates {
  readonly counted: number;
}

/** By layer; none when the step does not hold what they are made from. */
export function gateView(recorded: RecordedStep): GateView {
  const layers: LayerGates[] = [];
  for (let gates; (gates = gateUnits(recorded, layers.length));) {
    const { units, low, high } = gates;
    layers.push({ units, low, high });
  }
  return { step: recorded.step, layers };
}

/**
 * The gates of one layer; undefined when the step does not hold what they are made from. `most`: positions (row and time
 * step) to look at, evenly spread over all of them, when not at all.
 */
export function gateUnits(recorded: RecordedStep, layer: number, most = Infinity): CountedGates | undefined {
  const kept = recorded.read(gatesName(layer));
  if (kept) {
    const cells = kept.data.length / 2;
    const [low, high] = [kept.data.subarray(0, cells), kept.data.subarray(cells)];
    return { units: kept.shape[2]!, low, high, counted: positionsOf(recorded) };
  }
  const input = recorded.read(layer === 0 ? 'activation/0.input_dp' : `activation/0.hidden_dps.${layer - 1}`);
  const output = recorded.read(`activation/0.rnns.${layer}`);
  if (!input || !output || output.shape[1]! < 2) return undefined;
  const units = output.shape[2]!;
  const counts = { low: new Float32Array(GATES * units), high: new Float32Array(GATES * units) };
  const positions = Math.min(most, positionsOf(recorded));
  ['', '_reverse'].forEach((suffix, direction) => {
    const weights = layerWeights(recorded, layer, suffix);
    if (!weights) return;
    const own = weights.hh.shape[1]!;
    const z = preactivations(recurrence(input, output, own, direction === 1, positions), weights);
    for (let gate = 0; gate < GATES; gate++) {
      const bound = gate === CELL_GATE ? TANH_BOUND : SIGMOID_BOUND;
      const to = gate * units + direction * own;
      for (let from = gate * own; from < z.length; from += GATES * own)
        for (let unit = 0; unit < own; unit++) {
          const value = z[from + unit]!;
          if (value < -bound) counts.low[to + unit]!++;
          else if (value > bound) counts.high[to + unit]!++;
        }
    }
  });
  const share = (count: number): number => count / positions;
  return { units, low: counts.low.map(share), high: counts.high.map(share), counted: positions };
}

/** How many rows and time steps of a step have gates that can be known: not the time step that is read first. */
export function positionsOf({ input }: RecordedStep): number {
  return input.rows * Math.max(0, input.length - 1);
}

/** Share (0 to 1) of saturated gates i, f, g, o over all units of a layer. */
export function sharesOf({ units, low, high }: LayerGates): Float32Array {
  return Float32Array.from({ length: GATES }, (_, gate) => {
    let sum = 0;
    for (let at = gate * units; at < (gate + 1) * units; at++) sum += low[at]! + high[at]!;
    return sum / units;
  });
}

interface Recurrence {
  /** What enters each time step but the first: its input [n, I], and the output one step earlier [n, H]. */
  readonly x: tf.Tensor2D;
  readonly h: tf.Tensor2D;
}

/**
 * So many rows and time steps, evenly spread. `output` [B, T, directions * H]; the reverse direction reads from the end
 * and has the second half. The caller disposes.
 */
function recurrence(
  input: TensorData,
  output: TensorData,
  units: number,
  backwards: boolean,
  positions: number,
): Recurrence {
  const [batch, time, size] = input.shape as [number, number, number];
  const all = batch * (time - 1);
  const width = output.shape[2]!;
  const x = new Float32Array(positions * size);
  const h = new Float32Array(positions * units);
  for (let to = 0; to < positions; to++) {
    const position = Math.floor(((to + 0.5) * all) / positions);
    const row = Math.floor(position / (time - 1));
    const t = position % (time - 1);
    const [now, earlier] = backwards ? [t, t + 1] : [t + 1, t];
    const from = (row * time + now) * size;
    x.set(input.data.subarray(from, from + size), to * size);
    const before = (row * time + earlier) * width + (backwards ? units : 0);
    h.set(output.data.subarray(before, before + units), to * units);
  }
  return { x: tf.tensor2d(x, [positions, size]), h: tf.tensor2d(h, [positions, units]) };
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
