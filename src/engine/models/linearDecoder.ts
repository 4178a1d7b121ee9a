/** From the encoder's output to a score for every word; may share (tie) the embedding's weight, unmasked. */
import * as tf from '@tensorflow/tfjs-core';
import { RNNDropout } from '../dropout/rnnDropout.ts';
import { Linear } from '../nn/linear.ts';
import type { Embedding } from '../nn/embedding.ts';
import { Module } from '../nn/module.ts';
import { observe } from '../nn/observe.ts';
import { Parameter } from '../nn/parameter.ts';
import { uniform } from '../random/uniform.ts';

export interface LinearDecoderOptions {
  /** Locked dropout of the input; default 0.1. */
  outputP?: number;
  /** The embedding whose weight is shared. */
  tieEncoder?: Embedding;
  bias?: boolean;
}

/** What a decoder gives: scores [B, T, V], its input [B, T, E] as it came and as it was dropped. */
export interface Decoded {
  logits: tf.Tensor3D;
  raw: tf.Tensor3D;
  dropped: tf.Tensor3D;
}

export class LinearDecoder extends Module {
  readonly decoder: Linear;
  readonly outputDropout: RNNDropout;

  /** nOut words from nHid features. Weights uniform within 0.1, bias 0. */
  constructor(nOut: number, nHid: number, { outputP = 0.1, tieEncoder, bias = true }: LinearDecoderOptions = {}) {
    super();
    const weight = tieEncoder?.parameter('weight') ?? new Parameter(uniform([nOut, nHid], 0.1));
    this.decoder = this.addChild('decoder', new Linear(nHid, nOut, { bias, weight }));
    if (bias) tf.tidy(() => this.decoder.parameter('bias')?.assign(tf.zeros([nOut])));
    this.outputDropout = this.addChild('output_dp', new RNNDropout(outputP));
    this.assignPaths();
  }

  forward(input: tf.Tensor): Decoded {
    return tf.tidy(() => {
      const dropped = this.outputDropout.forward(input) as tf.Tensor3D;
      const logits = this.decoder.forward(dropped) as tf.Tensor3D;
      observe(`activation/${this.decoder.path}`, logits);
      return { logits, raw: input as tf.Tensor3D, dropped };
    });
  }
}
