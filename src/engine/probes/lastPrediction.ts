/**
 * How far back the last prediction of a batch reaches: one more forward and backward pass through the LSTMs of a recorded
 * step, from the cross-entropy of its last time step alone, with the weights, masks and carried state of that step. Made
 * from recorded tensors only: the model is not touched and nothing is drawn, so that training goes on as if nobody had
 * looked.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../kernels/crossEntropy/crossEntropy.ts';
import { linear } from '../kernels/linear/linear.ts';
import { lstmSequence } from '../kernels/lstmSequence/lstmSequence.ts';
import { layerWeights, type LayerWeights } from './layerWeights.ts';
import type { RecordedStep, TensorData } from './recordedStep.ts';

/** Name under which a layer's norms are kept once the activations are gone. */
export const lastPredictionName = (layer: number): string => `last_prediction/${layer}`;

/**
 * By layer the norm over batch, features and directions of dL/dh_t, t = 0 .. T-1, where L is the mean over the batch of the
 * cross-entropy at t = T-1; undefined when the step does not hold what it is made from.
 */
export function lastPrediction(recorded: RecordedStep): Float32Array[] | undefined {
  const kept: Float32Array[] = [];
  for (let norms; (norms = recorded.read(lastPredictionName(kept.length)));) kept.push(norms.data);
  if (kept.length > 0) return kept;
  const pass = readPass(recorded);
  return pass && timeNorms(pass);
}

/** One direction of a layer: its weights, and the state it starts from, [B, H] each. */
interface Direction {
  readonly weights: LayerWeights;
  readonly h: TensorData;
  readonly c: TensorData;
}

interface Pass {
  /** What enters the first layer, [B, T, E]. */
  readonly input: TensorData;
  readonly layers: readonly { readonly directions: readonly Direction[]; readonly mask: TensorData | undefined }[];
  readonly decoder: TensorData;
  readonly bias: TensorData | undefined;
  /** The token that follows each row, [B]. */
  readonly targets: Int32Array;
}

function readPass(recorded: RecordedStep): Pass | undefined {
  const input = recorded.read('activation/0.input_dp');
  const decoder = recorded.read('1.decoder.weight') ?? recorded.read('0.encoder.weight');
  const { target } = recorded;
  if (!input || !decoder || !target) return undefined;
  const directions: Direction[][] = [];
  for (let found; (found = directionsOf(recorded, directions.length)).length > 0;) directions.push(found);
  if (directions.length === 0) return undefined;
  const layers = directions.map((each, layer) => {
    const site = layer === directions.length - 1 ? '1.output_dp' : `0.hidden_dps.${layer}`;
    return { directions: each, mask: recorded.read(`mask/${site}`) };
  });
  const length = input.shape[1]!;
  const targets = target.filter((_, at) => at % length === length - 1);
  return { input, layers, decoder, bias: recorded.read('1.decoder.bias'), targets };
}

function directionsOf(recorded: RecordedStep, layer: number): Direction[] {
  const h = recorded.read(`before/hidden/${layer}.h`);
  const c = recorded.read(`before/hidden/${layer}.c`);
  if (!h || !c) return [];
  return ['', '_reverse'].flatMap((suffix, direction) => {
    const weights = layerWeights(recorded, layer, suffix);
    return weights ? [{ weights, h: part(h, direction), c: part(c, direction) }] : [];
  });
}

/** One direction of a state [directions, B, H]. */
function part({ shape, data }: TensorData, direction: number): TensorData {
  const [, batch, size] = shape as [number, number, number];
  const cells = batch * size;
  return { shape: [batch, size], data: data.subarray(direction * cells, (direction + 1) * cells) };
}

function timeNorms({ input, layers, decoder, bias, targets }: Pass): Float32Array[] {
  const [batch, time] = input.shape as [number, number, number];
  const squares = layers.map((): tf.Tensor[] => []);
  tf.tidy(() => {
    const following = tf.tensor2d(targets, [batch, 1], 'int32');
    const loss = (first: tf.Tensor): tf.Scalar => {
      let x = first;
      layers.forEach(({ directions, mask }, layer) => {
        x = through(x as tf.Tensor3D, directions, (sums) => squares[layer]!.push(tf.keep(sums)));
        if (mask) x = tf.mul(x, tensorOf(mask));
      });
      const last = tf.slice(x, [0, time - 1, 0], [batch, 1, x.shape[2]!]);
      return crossEntropy(linear(last, tensorOf(decoder), bias ? tensorOf(bias) : null), following);
    };
    tf.grad(loss)(tensorOf(input));
  });
  return squares.map((directions) => {
    const sums = directions.map((tensor) => tensor.dataSync<'float32'>());
    tf.dispose(directions);
    return Float32Array.from({ length: time }, (_, t) => Math.sqrt(sums.reduce((sum, each) => sum + each[t]!, 0)));
  });
}

/** x [B, T, I] through all directions of a layer; in the backward pass `heard` is given each one's sums of squares, [T]. */
function through(x: tf.Tensor3D, directions: readonly Direction[], heard: (sums: tf.Tensor) => void): tf.Tensor {
  const outputs = directions.map(({ weights, h, c }, direction) => {
    const turned = (tensor: tf.Tensor, axis: number): tf.Tensor =>
      direction === 1 ? tf.reverse(tensor, axis) : tensor;
    const { ih, hh, biasIh, biasHh } = weights;
    const { output } = lstmSequence(
      turned(x, 1) as tf.Tensor3D,
      { ih: tensorOf(ih), hh: tensorOf(hh), biasIh: tensorOf(biasIh), biasHh: tensorOf(biasHh) },
      { h: tensorOf(h), c: tensorOf(c) },
      (dh) => heard(turned(tf.sum(tf.square(dh), [0, 2]), 0)),
    );
    return turned(output, 1);
  });
  return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 2);
}

function tensorOf({ shape, data }: TensorData): tf.Tensor {
  return tf.tensor(data, [...shape]);
}
