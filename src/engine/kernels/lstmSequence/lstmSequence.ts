/**
 * An LSTM over a whole sequence as one operation with its own gradient: a kernel forward and one backward, with one
 * implementation a backend. Gate rows in PyTorch's order i, f, g, o (semantics.md, section 5).
 */
import * as tf from '@tensorflow/tfjs-core';
import { registerOnBackends } from '../registerOnBackends.ts';
import { backwardComposed, forwardComposed } from './composed.ts';
import { backwardOnTensorflow, forwardOnTensorflow } from './tensorflow.ts';
import { backwardOnWasm, forwardOnWasm } from './wasm.ts';

const FORWARD = 'DropscopeLstmForward';
const BACKWARD = 'DropscopeLstmBackward';

registerOnBackends(FORWARD, { cpu: forwardComposed, wasm: forwardOnWasm, tensorflow: forwardOnTensorflow });
registerOnBackends(BACKWARD, { cpu: backwardComposed, wasm: backwardOnWasm, tensorflow: backwardOnTensorflow });

/**
 * x [B, T, I], ih [4H, I], hh [4H, H], biases [4H], h0 and c0 [B, H]. Forward gives output [B, T, H], the cells after the
 * last step [B, H], and what that backend's backward wants kept.
 */
export type ForwardInputs = Record<'x' | 'ih' | 'hh' | 'biasIh' | 'biasHh' | 'h0' | 'c0', tf.TensorInfo>;

/**
 * dy [B, T, H] is dloss/doutput; besides these there are kept0, kept1 and so on. Backward gives dloss/d of x, ih, hh, and of
 * either bias; with the attribute `listened`, also the total dloss/dh_t [B, T, H], which adds what comes back through the
 * recurrence.
 */
export type BackwardInputs = Record<'dy' | 'x' | 'ih' | 'hh' | 'h0' | 'c0' | 'output', tf.TensorInfo> &
  Record<`kept${number}`, tf.TensorInfo>;

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
    const [output, last, ...kept] = tf
      .engine()
      .runKernel(FORWARD, { x, ih, hh, biasIh, biasHh, h0, c0 }) as unknown as [tf.Tensor3D, tf.Tensor, ...tf.Tensor[]];
    lastCell = tf.keep(last);
    save([x, ih, hh, h0, c0, output, ...kept]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [x, ih, hh, h0, c0, output, ...kept] = saved as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        ...tf.Tensor[],
      ];
      const named = Object.fromEntries(kept.map((tensor, at) => [`kept${at}`, tensor]));
      const inputs = { dy, x, ih, hh, h0, c0, output, ...named };
      const listened = onHiddenGradient !== null;
      const [dx, dIh, dHh, dBias, dh] = tf.engine().runKernel(BACKWARD, inputs, { listened }) as unknown as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor | undefined,
      ];
      if (dh) onHiddenGradient?.(dh);
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
