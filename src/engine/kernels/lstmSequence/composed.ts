/**
 * The LSTM recurrence from ordinary tfjs operations: the reference, which runs on `cpu`.
 * Formulas: semantics.md, section 5; the backward pass is their derivative written out.
 */
import * as tf from '@tensorflow/tfjs-core';
import { columnSums, transposed, transposedProduct } from '../product.ts';

type Named = Record<string, tf.Tensor>;

/** Keeps activated gates i, f, g, o [B, T, 4H] and cells [B, T, H]. The input's product is hoisted out of the time loop. */
export const forwardComposed: tf.KernelFunc = ({ inputs }) => {
  const { x, ih, hh, biasIh, biasHh, h0, c0 } = inputs as Named as {
    x: tf.Tensor3D;
    ih: tf.Tensor2D;
    hh: tf.Tensor2D;
    biasIh: tf.Tensor1D;
    biasHh: tf.Tensor1D;
    h0: tf.Tensor2D;
    c0: tf.Tensor2D;
  };
  const [batch, time, size] = x.shape;
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(x, [-1, size]), transposed(ih));
    const z = tf.reshape(tf.add(product, tf.add(biasIh, biasHh)), [batch, time, -1]);
    const hhTransposed = transposed(hh);
    let h: tf.Tensor2D = h0;
    let c: tf.Tensor = c0;
    const outputs: tf.Tensor[] = [];
    const gates: tf.Tensor[] = [];
    const cells: tf.Tensor[] = [];
    for (const zt of tf.unstack(z, 1)) {
      const [zi, zf, zg, zo] = tf.split(tf.add(zt, tf.matMul(h, hhTransposed)), 4, 1) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const i = tf.sigmoid(zi);
      const f = tf.sigmoid(zf);
      const g = tf.tanh(zg);
      const o = tf.sigmoid(zo);
      c = tf.add(tf.mul(f, c), tf.mul(i, g));
      h = tf.mul(o, tf.tanh(c));
      outputs.push(h);
      gates.push(tf.concat([i, f, g, o], 1));
      cells.push(c);
    }
    return [tf.stack(outputs, 1), c, tf.stack(gates, 1), tf.stack(cells, 1)];
  });
};

/** The weight gradients are products over all B * T rows. */
export const backwardComposed: tf.KernelFunc = ({ inputs }) => {
  const {
    dy,
    x,
    ih,
    hh,
    h0,
    c0,
    output,
    kept0: gates,
    kept1: cells,
  } = inputs as Named as {
    dy: tf.Tensor;
    x: tf.Tensor3D;
    ih: tf.Tensor2D;
    hh: tf.Tensor2D;
    h0: tf.Tensor;
    c0: tf.Tensor;
    output: tf.Tensor3D;
    kept0: tf.Tensor;
    kept1: tf.Tensor;
  };
  const [batch, time, size] = x.shape;
  const hidden = hh.shape[1];
  return tf.tidy(() => {
    const dys = tf.unstack(dy, 1);
    const gatesAt = tf.unstack(gates, 1);
    const cellAt = tf.unstack(cells, 1);
    const dzs: tf.Tensor[] = [];
    const dhs: tf.Tensor[] = [];
    let dhNext: tf.Tensor | null = null;
    let dcNext: tf.Tensor | null = null;
    for (let t = dys.length - 1; t >= 0; t--) {
      const [i, f, g, o] = tf.split(gatesAt[t]!, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const before = t > 0 ? cellAt[t - 1]! : c0;
      const dh: tf.Tensor = dhNext ? tf.add(dys[t]!, dhNext) : dys[t]!;
      const squashed = tf.tanh(cellAt[t]!);
      const throughCell: tf.Tensor = tf.mul(tf.mul(dh, o), tf.sub(1, tf.square(squashed)));
      const dc: tf.Tensor = dcNext ? tf.add(throughCell, dcNext) : throughCell;
      const slope = (gate: tf.Tensor): tf.Tensor => tf.mul(gate, tf.sub(1, gate));
      const dz = tf.concat(
        [
          tf.mul(tf.mul(dc, g), slope(i)),
          tf.mul(tf.mul(dc, before), slope(f)),
          tf.mul(tf.mul(dc, i), tf.sub(1, tf.square(g))),
          tf.mul(tf.mul(dh, squashed), slope(o)),
        ],
        1,
      );
      dhNext = tf.matMul(dz, hh);
      dcNext = tf.mul(dc, f);
      dzs.unshift(dz);
      dhs.unshift(dh);
    }
    const dz = tf.reshape<tf.Rank.R2>(tf.stack(dzs, 1), [-1, 4 * hidden]);
    const first = tf.reshape<tf.Rank.R3>(h0, [batch, 1, hidden]);
    const before = time > 1 ? tf.concat([first, tf.slice(output, [0, 0, 0], [batch, time - 1, hidden])], 1) : first;
    return [
      tf.reshape(tf.matMul(dz, ih), x.shape),
      transposed(transposedProduct(tf.reshape(x, [-1, size]), dz)),
      transposed(transposedProduct(tf.reshape(before, [-1, hidden]), dz)),
      columnSums(dz),
      tf.stack(dhs, 1),
    ];
  });
};
