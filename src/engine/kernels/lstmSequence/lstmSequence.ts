/**
 * An LSTM over a whole sequence as one operation with its own gradient: a kernel forward and one backward, with one
 * implementation a backend. Gate rows in PyTorch's order i, f, g, o (semantics.md, section 5).
 */
import * as tf from '@tensorflow/tfjs-core';
import { backwardComposed, forwardComposed } from './composed.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeLstmForward';
const BACKWARD = 'DropscopeLstmBackward';

for (const backendName of ['cpu', 'tensorflow']) {
  tf.registerKernel({ kernelName: FORWARD, backendName, kernelFunc: forwardComposed });
  tf.registerKernel({ kernelName: BACKWARD, backendName, kernelFunc: backwardComposed });
}
tf.registerKernel({ kernelName: FORWARD, backendName: 'wasm', kernelFunc: forwardOnWasm });
tf.registerKernel({ kernelName: BACKWARD, backendName: 'wasm', kernelFunc: backwardOnWasm });

/** Weights of one direction: ih [4H, I], hh [4H, H] (the derived weight, where one is dropped), biases [4H]. */
export interface LstmWeights {
  ih: tf.Tensor;
  hh: tf.Tensor;
  biasIh: tf.Tensor;
  biasHh: tf.Tensor;
}

/** h and c of one direction, [B, H]. They enter detached: no gradient reaches an earlier call. */
export interface LstmState {
  h: tf.Tensor;
  c: tf.Tensor;
}

/** output [B, T, H], and the state after the last step. */
export interface LstmResult extends LstmState {
  output: tf.Tensor3D;
}

/**
 * x [B, T, I] through one direction. `onHiddenGradient` is given the total dloss/dh_t, [B, T, H], during the backward
 * pass; it must keep what it wants to hold.
 */
export function lstmSequence(
  x: tf.Tensor3D,
  weights: LstmWeights,
  state: LstmState,
  onHiddenGradient: ((dh: tf.Tensor) => void) | null,
): LstmResult {
  const [batch, time] = x.shape;
  const hidden = weights.hh.shape[1]!;
  const h0 = state.h;
  const c0 = state.c;
  let lastCell: tf.Tensor | null = null;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [x, ih, hh, biasIh, biasHh] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const [output, gates, cells] = tf.engine().runKernel(FORWARD, { x, ih, hh, biasIh, biasHh, h0, c0 }) as unknown as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ];
    lastCell = tf.keep(tf.reshape(tf.slice(cells, [0, time - 1, 0], [batch, 1, hidden]), [batch, hidden]));
    save([x, ih, hh, h0, c0, output, gates, cells]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, ih, hh, h0, c0, output, gates, cells] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const inputs = { dy, x, ih, hh, h0, c0, output, gates, cells };
      const [dx, dIh, dHh, dBias, dh] = tf.engine().runKernel(BACKWARD, inputs) as unknown as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      onHiddenGradient?.(dh);
      return [dx, dIh, dHh, dBias, tf.clone(dBias)];
    };
    return { value: output, gradFunc };
  });
  const output = operation(x, weights.ih, weights.hh, weights.biasIh, weights.biasHh);
  const kept = lastCell as unknown as tf.Tensor;
  // A kept tensor would outlive the caller's tidy; its clone is an ordinary one.
  const c = tf.clone(kept);
  kept.dispose();
  return { output, h: tf.reshape(tf.slice(output, [0, time - 1, 0], [batch, 1, hidden]), [batch, hidden]), c };
}
