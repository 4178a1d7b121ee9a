/** One LSTM layer over a batch of sequences, in PyTorch's layout and with its parameter names. */
import * as tf from '@tensorflow/tfjs-core';
import { lstmSequence, type LstmResult, type LstmWeights } from '../kernels/lstmSequence/lstmSequence.ts';
import { uniform } from '../random/uniform.ts';
import { Module } from './module.ts';
import { currentObserver } from './observe.ts';
import { Parameter } from './parameter.ts';

/** h and c of a layer, each [directions, B, H]. */
export type HiddenState = {
  h: tf.Tensor;
  c: tf.Tensor;
};

export type LstmOutput = HiddenState & {
  /** [B, T, directions * H]: forward half first. */
  output: tf.Tensor3D;
};

/**
 * Parameters weight_ih_l0 [4H, I], weight_hh_l0 [4H, H], bias_ih_l0, bias_hh_l0 [4H], and the same with `_reverse` when
 * bidirectional; gate rows i, f, g, o; all uniform within 1/sqrt(H).
 */
export class LSTM extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bidirectional: boolean;

  constructor(inputSize: number, hiddenSize: number, { bidirectional = false }: { bidirectional?: boolean } = {}) {
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bidirectional = bidirectional;
    const bound = 1 / Math.sqrt(hiddenSize);
    const add = (name: string, shape: number[]): Parameter =>
      this.addParameter(name, new Parameter(uniform(shape, bound)));
    for (const suffix of this.suffixes) {
      add(`weight_ih_l0${suffix}`, [4 * hiddenSize, inputSize]);
      add(`weight_hh_l0${suffix}`, [4 * hiddenSize, hiddenSize]);
      add(`bias_ih_l0${suffix}`, [4 * hiddenSize]);
      add(`bias_hh_l0${suffix}`, [4 * hiddenSize]);
    }
  }

  /** Endings of the parameter names, one a direction. */
  get suffixes(): readonly string[] {
    return this.bidirectional ? ['', '_reverse'] : [''];
  }

  /**
   * x [B, T, I], and a state to start from (zeros when absent; no gradient flows into it). The state returned is that
   * after the last step of the forward direction and after the first time step of the reverse one.
   */
  forward(x: tf.Tensor, state?: HiddenState): LstmOutput {
    const [batch = 0, , inputs] = x.shape;
    if (x.rank !== 3 || inputs !== this.inputSize) {
      throw new Error(
        `LSTM(${this.inputSize}, ${this.hiddenSize}) takes [B, T, ${this.inputSize}], not [${x.shape.join(', ')}]`,
      );
    }
    return tf.tidy(() => this.#run(x, batch, state));
  }

  #run(x: tf.Tensor, batch: number, state: HiddenState | undefined): LstmOutput {
    const directions = this.suffixes.length;
    const zeros = (): tf.Tensor => tf.zeros([directions, batch, this.hiddenSize]);
    const { h, c } = state ?? { h: zeros(), c: zeros() };
    const stateOf = (stacked: tf.Tensor, direction: number): tf.Tensor =>
      tf.reshape(tf.slice(stacked, [direction, 0, 0], [1, batch, this.hiddenSize]), [batch, this.hiddenSize]);
    const results = this.suffixes.map((suffix, direction): LstmResult => {
      const backwards = direction === 1;
      const sequence = (backwards ? tf.reverse(x, 1) : x) as tf.Tensor3D;
      const start = { h: stateOf(h, direction), c: stateOf(c, direction) };
      const result = lstmSequence(sequence, this.#weights(suffix), start, this.#gradientListener(suffix, backwards));
      return backwards ? { ...result, output: tf.reverse(result.output, 1) } : result;
    });
    const [first] = results as [LstmResult, ...LstmResult[]];
    return {
      output:
        directions === 1
          ? first.output
          : tf.concat(
              results.map(({ output }) => output),
              2,
            ),
      h: tf.stack(results.map((result) => result.h)),
      c: tf.stack(results.map((result) => result.c)),
    };
  }

  #weights(suffix: string): LstmWeights {
    return {
      ih: this.weight(`weight_ih_l0${suffix}`),
      hh: this.weight(`weight_hh_l0${suffix}`),
      biasIh: this.weight(`bias_ih_l0${suffix}`),
      biasHh: this.weight(`bias_hh_l0${suffix}`),
    };
  }

  /** Publishes `squares_t/PATH` and the suffix: [T], the sum over batch and features of (dloss/dh_t) squared. */
  #gradientListener(suffix: string, backwards: boolean): ((dh: tf.Tensor) => void) | null {
    const observer = currentObserver();
    if (!observer) return null;
    return (dh) => {
      const squares = tf.sum(tf.square(dh), [0, 2]);
      observer(`squares_t/${this.path}${suffix}`, backwards ? tf.reverse(squares, 0) : squares);
    };
  }
}
