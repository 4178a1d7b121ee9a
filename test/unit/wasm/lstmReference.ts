// The LSTM in plain loops and double precision, forward only: what kernels and finite differences are compared with.

export interface LstmCase {
  batch: number;
  time: number;
  inputs: number;
  hidden: number;
}

export interface LstmOperands {
  x: ArrayLike<number>;
  ih: ArrayLike<number>;
  hh: ArrayLike<number>;
  biasIh: ArrayLike<number>;
  biasHh: ArrayLike<number>;
  h0: ArrayLike<number>;
  c0: ArrayLike<number>;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Output [B, T, H] and the last cell state [B, H]. Gate rows i, f, g, o. */
export function lstmReference({ batch, time, inputs, hidden }: LstmCase, operands: LstmOperands) {
  const { x, ih, hh, biasIh, biasHh, h0, c0 } = operands;
  const output = new Float64Array(batch * time * hidden);
  const last = new Float64Array(batch * hidden);
  for (let b = 0; b < batch; b++) {
    let h = Array.from({ length: hidden }, (_, k) => h0[b * hidden + k]!);
    const c = Array.from({ length: hidden }, (_, k) => c0[b * hidden + k]!);
    for (let t = 0; t < time; t++) {
      const row = b * time + t;
      const gate = (which: number, k: number): number => {
        const unit = which * hidden + k;
        let sum = biasIh[unit]! + biasHh[unit]!;
        for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * ih[unit * inputs + i]!;
        for (let j = 0; j < hidden; j++) sum += h[j]! * hh[unit * hidden + j]!;
        return sum;
      };
      const next = h.map((_, k) => {
        c[k] = sigmoid(gate(1, k)) * c[k]! + sigmoid(gate(0, k)) * Math.tanh(gate(2, k));
        return sigmoid(gate(3, k)) * Math.tanh(c[k]);
      });
      h = next;
      output.set(h, row * hidden);
    }
    last.set(c, b * hidden);
  }
  return { output, last };
}
