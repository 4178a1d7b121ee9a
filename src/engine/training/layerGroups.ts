/** Which layer group each parameter belongs to, and which groups are frozen: their rates and whether they move. */
import { awdLstmLmSplit, type LanguageModel } from '../models/languageModel.ts';

export class LayerGroups {
  readonly count: number;
  readonly #groupOf: ReadonlyMap<string, number>;
  readonly #frozen: number;

  /**
   * Groups before number `freezeTo` are frozen; a negative one counts from the end, as fastai's freeze_to. Throws a
   * RangeError when there is no such group: a run in which nothing moves is never meant.
   */
  constructor(model: LanguageModel, freezeTo = 0) {
    const split = awdLstmLmSplit(model);
    this.count = split.length;
    this.#groupOf = new Map(
      split.flatMap((group, index) => [...group.keys()].map((name): [string, number] => [name, index])),
    );
    if (freezeTo >= this.count || freezeTo < -this.count) {
      throw new RangeError(
        `freeze_to: ${freezeTo} is no layer group; this model has ${this.count} (${-this.count} to ${this.count - 1})`,
      );
    }
    this.#frozen = freezeTo < 0 ? this.count + freezeTo : freezeTo;
  }

  of(parameter: string): number {
    return this.#groupOf.get(parameter)!;
  }

  /** Frozen parameters have gradients to look at, but do not move and do not count in the norm that is clipped. */
  trains(parameter: string): boolean {
    return this.of(parameter) >= this.#frozen;
  }
}
