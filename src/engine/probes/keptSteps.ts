/**
 * The recorded steps that can be gone back to, within a limit of memory. Keeping one costs nothing but memory, since its
 * tensors are those of training. When the limit is reached, steps are let go where they are densest for their age: the
 * latest stay close together, older ones lie ever further apart, and the first one stays, so that the whole run can be
 * gone over. The one that is being shown stays too.
 */
import type { RecordedStep } from './recordedStep.ts';

/** A recorded step that holds memory. */
export interface HeldStep extends RecordedStep {
  /** Each piece of memory it refers to, and its bytes; steps may share pieces. */
  memory(): Iterable<readonly [piece: object, bytes: number]>;
  /** Lets go of what only the latest step is asked for: scores and embedded words, which are larger than all else. */
  slim(): void;
  dispose(): void;
}

/** Also for models of a few kB: each step is dozens of tensors to keep account of. */
const MOST_STEPS = 256;

export class KeptSteps<Step extends HeldStep> {
  readonly limitBytes: number;
  /** Not let go while it is shown; null when it is none of the kept ones. */
  shown: Step | null = null;
  /** Ascending. */
  readonly #steps: Step[] = [];
  readonly #pieces = new Map<object, { bytes: number; holders: number }>();
  readonly #piecesOf = new Map<Step, object[]>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get steps(): Float64Array {
    return Float64Array.from(this.#steps, ({ step }) => step);
  }

  /** Memory of all steps together; what they share counts once. */
  get bytes(): number {
    return this.#bytes;
  }

  get newest(): Step | undefined {
    return this.#steps.at(-1);
  }

  /** Takes the step over. A step that is not after the newest one is already here, or of a run that went back. */
  add(step: Step): void {
    while (this.newest && this.newest.step >= step.step) this.#remove(this.#steps.length - 1);
    const before = this.newest;
    if (before) {
      before.slim();
      this.#account(before);
    }
    this.#steps.push(step);
    this.#account(step);
    this.#thin();
  }

  /** The kept step nearest to `step`, the later of two that are equally near; without one the newest. */
  nearest(step?: number): Step | undefined {
    if (step === undefined) return this.newest;
    const distance = (kept: Step): number => Math.abs(kept.step - step);
    return this.#steps.reduce<Step | undefined>(
      (best, kept) => (best === undefined || distance(kept) <= distance(best) ? kept : best),
      undefined,
    );
  }

  /** A step may hold more once it was looked at: computed when asked for. */
  lookedAt(step: Step): void {
    if (!this.#piecesOf.has(step)) return;
    if (step !== this.newest) step.slim();
    this.#account(step);
    this.#thin();
  }

  dispose(): void {
    while (this.#steps.length > 0) this.#remove(this.#steps.length - 1);
  }

  #thin(): void {
    while (this.#steps.length > 1 && (this.#bytes > this.limitBytes || this.#steps.length > MOST_STEPS)) {
      const steps = this.#steps.map(({ step }) => step);
      const index = densest(steps, this.shown?.step);
      if (index < 0) return;
      this.#remove(index);
    }
  }

  #remove(index: number): void {
    const [step] = this.#steps.splice(index, 1) as [Step];
    this.#forget(step);
    if (step === this.shown) this.shown = null;
    step.dispose();
  }

  #account(step: Step): void {
    this.#forget(step);
    const pieces: object[] = [];
    for (const [piece, bytes] of step.memory()) {
      const known = this.#pieces.get(piece) ?? { bytes, holders: 0 };
      if (known.holders++ === 0) this.#bytes += bytes;
      this.#pieces.set(piece, known);
      pieces.push(piece);
    }
    this.#piecesOf.set(step, pieces);
  }

  #forget(step: Step): void {
    for (const piece of this.#piecesOf.get(step) ?? []) {
      const known = this.#pieces.get(piece)!;
      if (--known.holders > 0) continue;
      this.#pieces.delete(piece);
      this.#bytes -= known.bytes;
    }
    this.#piecesOf.delete(step);
  }
}

/**
 * Index of the step to let go: the one that leaves the smallest gap for its age. Of two steps the older one goes; of more,
 * neither the first nor the last while there is another. `except` stays in any case; -1 when none can go.
 */
export function densest(steps: readonly number[], except?: number): number {
  const newest = steps.at(-1)!;
  let [best, smallest] = [steps[0] === except ? -1 : 0, Infinity];
  for (let index = 1; index < steps.length - 1; index++) {
    if (steps[index] === except) continue;
    const gap = (steps[index + 1]! - steps[index - 1]!) / (newest - steps[index]!);
    if (gap < smallest) [best, smallest] = [index, gap];
  }
  return best;
}
