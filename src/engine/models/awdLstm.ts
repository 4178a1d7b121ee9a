/**
 * AWD-LSTM, the encoder (Merity, Keskar and Socher 2017, "Regularizing and optimizing LSTM language models"): LSTMs with
 * DropConnect on their recurrent weights, locked dropout between them, dropout of whole words before them, and a hidden
 * state that is carried from one batch to the next. Module names are fastai's, since they name the tensors.
 */
import * as tf from '@tensorflow/tfjs-core';
import { EmbeddingDropout } from '../dropout/embeddingDropout.ts';
import { RNNDropout } from '../dropout/rnnDropout.ts';
import { WeightDropout, type WeightDropOptions } from '../dropout/weightDropout.ts';
import { Embedding, type TokenIds } from '../nn/embedding.ts';
import { type HiddenState, LSTM } from '../nn/lstm.ts';
import { Module } from '../nn/module.ts';
import { ModuleList } from '../nn/moduleList.ts';
import { observe } from '../nn/observe.ts';
import { CarriedState } from './carriedState.ts';

/** Sizes and dropout probabilities; the defaults are fastai's. */
export interface AwdLstmOptions {
  vocabSz: number;
  embSz: number;
  nHid: number;
  nLayers: number;
  padToken?: number;
  hiddenP?: number;
  inputP?: number;
  embedP?: number;
  weightP?: number;
  bidir?: boolean;
  weightDrop?: WeightDropOptions & { names?: readonly string[] };
}

export class AWDLSTM extends Module {
  readonly encoder: Embedding;
  readonly encoderDropout: EmbeddingDropout;
  readonly rnns: ModuleList<WeightDropout<LSTM>>;
  readonly inputDropout: RNNDropout;
  /** One a layer; that of the last layer is never applied. */
  readonly hiddenDropouts: ModuleList<RNNDropout>;
  /** The state carried between calls. */
  readonly state: CarriedState;

  constructor(options: AwdLstmOptions) {
    super();
    const { vocabSz, embSz, nHid, nLayers, padToken = 1, bidir = false, weightDrop = {} } = options;
    const { hiddenP = 0.2, inputP = 0.6, embedP = 0.1, weightP = 0.5 } = options;
    const { names = ['weight_hh_l0'], ...how } = weightDrop;
    const directions = bidir ? 2 : 1;
    if (bidir && (nHid % 2 || embSz % 2))
      throw new Error(`a bidirectional AWD-LSTM needs an even nHid and embSz, not ${nHid} and ${embSz}`);
    const widths = Array.from({ length: nLayers }, (_, layer) => (layer < nLayers - 1 ? nHid : embSz) / directions);

    this.encoder = this.addChild('encoder', new Embedding(vocabSz, embSz, padToken));
    this.encoderDropout = this.addChild('encoder_dp', new EmbeddingDropout(this.encoder, embedP));
    const layers = widths.map((width, layer) => {
      const lstm = new LSTM(layer === 0 ? embSz : nHid, width, { bidirectional: bidir });
      return new WeightDropout(lstm, weightP, names, how);
    });
    this.rnns = this.addChild('rnns', new ModuleList(layers));
    this.inputDropout = this.addChild('input_dp', new RNNDropout(inputP));
    this.hiddenDropouts = this.addChild('hidden_dps', new ModuleList(widths.map(() => new RNNDropout(hiddenP))));
    this.state = new CarriedState(directions, widths);
    this.assignPaths();
  }

  /**
   * Token ids [B, T], or with fromEmbeddings their vectors [B, T, E] (no word is looked up or dropped then), to the last
   * layer's output [B, T, E]. The state goes on from the previous call; another B keeps the first rows.
   */
  forward(input: TokenIds, { fromEmbeddings = false }: { fromEmbeddings?: boolean } = {}): tf.Tensor3D {
    return tf.tidy(() => {
      const embedded = fromEmbeddings ? (input as tf.Tensor) : this.encoderDropout.forward(input);
      this.state.resize(embedded.shape[0]);
      let x = this.inputDropout.forward(embedded);
      this.rnns.items.forEach((rnn, layer) => {
        const { output, h, c } = rnn.forward(x, this.state.read(layer));
        this.state.carry(layer, { h, c });
        observe(`activation/${rnn.path}`, output);
        observe(`hidden/${layer}.h`, h);
        observe(`hidden/${layer}.c`, c);
        const last = layer === this.rnns.items.length - 1;
        x = last ? output : this.hiddenDropouts.items[layer]!.forward(output);
      });
      return x as tf.Tensor3D;
    });
  }

  /** h and c of each layer, [directions, B, H]. They stay the model's and change with the next call. */
  get hidden(): readonly HiddenState[] {
    return this.state.layers;
  }

  /** Rows of the state: the batch size of the last call. */
  get bs(): number {
    return this.state.batch;
  }

  /** Zeros the state and makes every derived weight raw again. */
  reset(): void {
    for (const rnn of this.rnns.items) rnn.reset();
    this.state.zero();
  }

  /** Keeps these rows of the state, in this order. */
  selectHidden(rows: readonly number[]): void {
    this.state.select(rows);
  }

  protected override disposeOwn(): void {
    this.state.dispose();
  }
}
