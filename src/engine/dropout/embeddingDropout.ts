/**
 * Dropout of whole words: one draw for each row of the vocabulary, so a dropped word is gone everywhere in the call and
 * every occurrence of a kept one is scaled alike. fastai's EmbeddingDropout.
 */
import * as tf from '@tensorflow/tfjs-core';
import { checkProbability } from '../kernels/mask/mask.ts';
import type { Embedding, TokenIds } from '../nn/embedding.ts';
import { Module } from '../nn/module.ts';
import { observe } from '../nn/observe.ts';
import { MaskSite } from './maskSite.ts';

export class EmbeddingDropout extends Module {
  readonly emb: Embedding;
  #p: number;
  readonly #site = new MaskSite();

  /** embedP in [0, 1]. The embedding is shared, not copied. */
  constructor(emb: Embedding, embedP: number) {
    super();
    this.emb = this.addChild('emb', emb);
    this.#p = checkProbability(embedP, 'EmbeddingDropout');
  }

  get embedP(): number {
    return this.#p;
  }

  set embedP(p: number) {
    this.#p = checkProbability(p, this.path || 'EmbeddingDropout');
  }

  /** ids to [...ids.shape, E]; `scale` multiplies the result, never the stored weight. */
  forward(ids: TokenIds, scale?: number): tf.Tensor {
    return tf.tidy(() => {
      const drops = this.training && this.#site.acts(this.path, this.embedP);
      const mask = drops ? this.#site.mask(this.path, [this.emb.vocabulary, 1], this.embedP) : null;
      const rows = this.emb.forward(ids, mask, scale);
      if (this.path) observe(`activation/${this.path}`, rows);
      return rows;
    });
  }
}
