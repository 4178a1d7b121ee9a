/**
 * A corpus as the batches of a run. Which batch a step gets depends on its epoch and place in it alone, so that a
 * resumed run reads what an undisturbed one would have read.
 */
import type { Config } from '../../shared/hyperparameters.ts';
import {
  cutStreams,
  documentOrder,
  epochBatches,
  joinDocuments,
  requireOneBatch,
  validationRows,
  type Batch,
  type Streams,
} from '../text/batches.ts';
import type { Corpus } from '../text/corpus.ts';
import { makeWindows, type Window, type Windows } from './windows.ts';

export class TrainingData {
  readonly #windows: Windows;
  readonly #documents: readonly Int32Array[];
  readonly #config: Config;
  readonly #valid: Streams | null;
  #epoch = 0;
  #streams: Streams | null = null;

  /** Throws a CorpusError when not even one batch of bs x bptt fits. */
  constructor(corpus: Corpus, config: Config) {
    requireOneBatch(corpus.trainTokens, config);
    this.#documents = corpus.documents.map(({ train }) => train);
    this.#config = config;
    this.#windows = makeWindows(config, this.#streamsOf(1).rowLength);
    const rows = validationRows(corpus.validTokens, config);
    const valid = joinDocuments(corpus.documents.map((document) => document.valid));
    this.#valid = rows === 0 ? null : cutStreams(valid, rows);
  }

  /** Steps of `epoch` (from 1). */
  stepsIn(epoch: number): number {
    return this.#windows(epoch).length;
  }

  /** Where step `index` (from 0) of `epoch` reads. */
  window(epoch: number, index: number): Window {
    const window = this.#windows(epoch)[index];
    if (!window) throw new RangeError(`epoch ${epoch} has ${this.stepsIn(epoch)} steps, there is no number ${index}`);
    return window;
  }

  /** The tokens of step `index` (from 0) of `epoch` (from 1). */
  batch(epoch: number, index: number): Batch {
    const { start, length } = this.window(epoch, index);
    return this.#streamsOf(epoch).read(start, length);
  }

  /** The validation split in order; null when there is none. */
  validation(): Iterable<Batch> | null {
    return this.#valid && epochBatches(this.#valid, this.#config.bptt);
  }

  #streamsOf(epoch: number): Streams {
    // Without shuffling every epoch reads the same streams.
    const wanted = this.#config.shuffle ? epoch : 1;
    if (this.#streams === null || this.#epoch !== wanted) {
      const { shuffle, seed, bs } = this.#config;
      const order = shuffle ? documentOrder(this.#documents.length, seed, wanted - 1) : undefined;
      this.#streams = cutStreams(joinDocuments(this.#documents, order), bs);
      this.#epoch = wanted;
    }
    return this.#streams;
  }
}
