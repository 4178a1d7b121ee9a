/**
 * An LSTM over a whole sequence as one operation with its own gradient. The input's product is hoisted out of the time
 * loop, the weight gradients are products over all B * T rows; only the recurrence itself is left to a kernel, one
 * implementation a backend. Gate rows in PyTorch's order i, f, g, o (semantics.md, section 5).
 */
import * as tf from '@tensorflow/tfjs-core';
import { columnSums, transposed, transposedProduct } from '../product.ts';
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
  const [batch, time, inputs] = x.shape;
  const hidden = weights.hh.shape[1]!;
  const h0 = state.h;
  const c0 = state.c;
  let lastCell: tf.Tensor | null = null;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as unknown as tf.GradSaveFunc;
    const [x, ih, hh, biasIh, biasHh] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const product = tf.matMul(tf.reshape(x, [-1, inputs]) as tf.Tensor2D, transposed(ih));
    const z = tf.reshape(tf.add(product, tf.add(biasIh, biasHh)), [batch, time, 4 * hidden]);
    const [output, gates, cells] = tf
      .engine()
      .runKernel(FORWARD, { z, hhTransposed: transposed(hh), h0, c0 }) as unknown as [
      tf.Tensor3D,
      tf.Tensor3D,
      tf.Tensor3D,
    ];
    lastCell = tf.keep(tf.reshape(tf.slice(cells, [0, time - 1, 0], [batch, 1, hidden]), [batch, hidden]));
    save([x, ih, hh, h0, c0, output, gates, cells]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, ih, hh, h0, c0, output, gates, cells] = saved as [
        tf.Tensor,
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor3D,
        tf.Tensor,
        tf.Tensor,
      ];
      const [dz3, dh] = tf.engine().runKernel(BACKWARD, { dy, hh, c0, gates, cells }) as unknown as [
        tf.Tensor,
        tf.Tensor,
      ];
      onHiddenGradient?.(dh);
      const dz = tf.reshape(dz3, [-1, 4 * hidden]) as tf.Tensor2D;
      const first = tf.reshape(h0, [batch, 1, hidden]) as tf.Tensor3D;
      const previous = time > 1 ? tf.concat([first, tf.slice(output, [0, 0, 0], [batch, time - 1, hidden])], 1) : first;
      const dBias = columnSums(dz);
      return [
        tf.reshape(tf.matMul(dz, ih), [batch, time, inputs]),
        transposed(transposedProduct(tf.reshape(x, [-1, inputs]), dz)),
        transposed(transposedProduct(tf.reshape(previous, [-1, hidden]), dz)),
        dBias,
        tf.clone(dBias),
      ];
    };
    return { value: output, gradFunc };
  });
  const output = operation(x, weights.ih, weights.hh, weights.biasIh, weights.biasHh) as tf.Tensor3D;
  const kept = lastCell as unknown as tf.Tensor;
  // A kept tensor would outlive the caller's tidy; its clone is an ordinary one.
  const c = tf.clone(kept);
  kept.dispose();
  return { output, h: tf.reshape(tf.slice(output, [0, time - 1, 0], [batch, 1, hidden]), [batch, hidden]), c };
}
