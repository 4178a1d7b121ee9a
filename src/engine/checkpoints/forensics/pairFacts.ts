/**
 * A raw weight beside the derived one that was saved with it, in numbers: what the mask of the last forward pass left,
 * and by how much raw has moved since.
 */

export interface PairFacts {
  readonly cells: number;
  /** Cells that are the same, bit for bit. */
  readonly equal: number;
  /** Cells where derived is 0 and raw is not. */
  readonly dropped: number;
  /** derived / raw where neither is 0: the middle one and the 5th and 95th percentile; NaN without any. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Largest |derived - raw| over finite cells. */
  readonly farthest: number;
  /** Whether whole rows or whole columns were dropped, and never a part of one. */
  readonly grain: 'element' | 'row' | 'column';
  /** Independent draws of that grain. */
  readonly draws: number;
}

/** Most ratios that are sorted for the median; more are thinned out evenly. */
const mostRatios = 2 ** 20;

/** `raw` and `derived` give the values of two tensors of `shape` in pieces of the same lengths. */
export async function pairFacts(
  shape: readonly number[],
  raw: AsyncIterable<Float32Array>,
  derived: AsyncGenerator<Float32Array>,
): Promise<PairFacts> {
  const cols = Math.max(1, shape.at(-1) ?? 1);
  const cells = shape.reduce((product, size) => product * size, 1);
  const seen = new Seen(cells, cols);
  for await (const piece of raw) {
    const other = await derived.next();
    if (other.done !== true) seen.add(piece, other.value);
  }
  return seen.facts();
}

class Seen {
  readonly #cells: number;
  readonly #cols: number;
  readonly #rows: number;
  readonly #every: number;
  readonly #ratios: number[] = [];
  /** 1: something of it was kept, 2: something was dropped; 3 is a part of each. */
  readonly #byRow: Uint8Array;
  readonly #byColumn: Uint8Array;
  #at = 0;
  #equal = 0;
  #dropped = 0;
  #farthest = 0;

  constructor(cells: number, cols: number) {
    this.#cells = cells;
    this.#cols = cols;
    this.#rows = Math.ceil(cells / cols);
    this.#every = Math.max(1, Math.ceil(cells / mostRatios));
    this.#byRow = new Uint8Array(this.#rows);
    this.#byColumn = new Uint8Array(cols);
  }

  add(raw: Float32Array, derived: Float32Array): void {
    for (let index = 0; index < raw.length; index++, this.#at++) {
      const [before, after] = [raw[index]!, derived[index]!];
      if (Object.is(before, after)) this.#equal++;
      const apart = Math.abs(after - before);
      if (apart > this.#farthest && apart !== Infinity) this.#farthest = apart;
      // A weight that is 0 itself tells nothing about its mask.
      if (before === 0) continue;
      const dropped = after === 0;
      if (dropped) this.#dropped++;
      else if (this.#at % this.#every === 0 && Number.isFinite(after / before)) this.#ratios.push(after / before);
      const mark = dropped ? 2 : 1;
      this.#byRow[Math.floor(this.#at / this.#cols)]! |= mark;
      this.#byColumn[this.#at % this.#cols]! |= mark;
    }
  }

  facts(): PairFacts {
    const ratios = Float64Array.from(this.#ratios).sort();
    const grain = this.#grain();
    const draws = grain === 'row' ? this.#rows : grain === 'column' ? this.#cols : this.#cells;
    return {
      cells: this.#cells,
      equal: this.#equal,
      dropped: this.#dropped,
      median: rank(ratios, 0.5),
      low: rank(ratios, 0.05),
      high: rank(ratios, 0.95),
      farthest: this.#farthest,
      grain,
      draws,
    };
  }

  #grain(): PairFacts['grain'] {
    if (this.#dropped === 0) return 'element';
    if (!this.#byRow.includes(3) && this.#cols > 1) return 'row';
    return !this.#byColumn.includes(3) && this.#rows > 1 ? 'column' : 'element';
  }
}

/** The nearest rank; NaN of nothing. */
function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
