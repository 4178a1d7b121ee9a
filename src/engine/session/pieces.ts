/**
 * Long work of the engine in pieces, so that whoever asks something meanwhile is answered between two of them. A piece
 * itself cannot be interrupted: the process computes on one thread.
 */
import { setTimeout } from 'node:timers/promises';

/** Pieces that together take less than this are done in one go, milliseconds. */
const SHORT_MS = 25;
/** Long enough for a question that is on its way, and for the one that follows from its answer, milliseconds. */
const PAUSE_MS = 20;

export class Pieces {
  #began = performance.now();
  #hurried = false;

  /** From now on nobody asks anything: no more pauses. */
  hurry(): void {
    this.#hurried = true;
  }

  /** Between two pieces: lets others have their turn when it is time. */
  async pause(): Promise<void> {
    if (this.#hurried || performance.now() - this.#began < SHORT_MS) return;
    await setTimeout(PAUSE_MS);
    this.#began = performance.now();
  }
}
