/**
 * The run's numbers over its steps, held as growing columns: the snapshot fills them, each update appends. A run that
 * resumed from a checkpoint repeats steps; the newer lines replace the older. A long run is thinned.
 */
import type { EvalColumns, TrainColumns } from '../../src/shared/engineContract.ts';
import { MOST_ROWS, rowsToKeep } from '../../src/shared/thinning.ts';

/** Numbers that grow at the end; the buffer doubles, so that a long run costs no copying. */
export class Column {
  private buffer = new Float64Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** The value at an index; NaN beyond the ends. */
  at(index: number): number {
    return index >= 0 && index < this.used ? (this.buffer[index] ?? NaN) : NaN;
  }

  append(values: ArrayLike<number>): void {
    if (this.used + values.length > this.buffer.length) {
      const larger = new Float64Array(Math.max(2 * this.buffer.length, this.used + values.length));
      larger.set(this.buffer.subarray(0, this.used));
      this.buffer = larger;
    }
    this.buffer.set(values, this.used);
    this.used += values.length;
  }

  /** Fills up with NaN to the given length. */
  pad(length: number): void {
    if (length > this.used) this.append(new Float64Array(length - this.used).fill(NaN));
  }

  truncate(length: number): void {
    this.used = Math.min(this.used, length);
  }

  values(): Float64Array {
    return this.buffer.subarray(0, this.used);
  }

  /** Only the values at these indices, ascending. */
  keep(indices: readonly number[]): void {
    indices.forEach((index, to) => (this.buffer[to] = this.at(index)));
    this.used = indices.length;
  }
}

const scalars = ['step', 'loss', 'ce', 'gradNorm', 'gradNormClipped', 'lr', 'ms', 'introspectionMs', 'tokens'] as const;
const families = ['paramGrad', 'paramUpdate', 'kept'] as const;
export type Scalar = (typeof scalars)[number];
export type Family = (typeof families)[number];

export class History {
  /** Grows when earlier lines were replaced, so that whatever was derived from them is derived anew. */
  revision = 0;
  readonly validStep = new Column();
  readonly validCe = new Column();
  readonly cleanEval = new Column();
  private readonly columns = new Map<Scalar, Column>(scalars.map((name) => [name, new Column()]));
  private readonly named: Record<Family, Map<string, Column>> = {
    paramGrad: new Map(),
    paramUpdate: new Map(),
    kept: new Map(),
  };

  /** Training lines held. */
  get length(): number {
    return this.column('step').length;
  }

  get lastStep(): number {
    return this.length > 0 ? this.column('step').at(this.length - 1) : 0;
  }

  column(name: Scalar): Column {
    return this.columns.get(name) as Column;
  }

  /** A parameter's or site's numbers, NaN where a line holds none; an empty column for an unknown name. */
  series(family: Family, name: string): Column {
    return this.named[family].get(name) ?? new Column();
  }

  appendTrain(lines: TrainColumns): void {
    const first = lines.step[0];
    if (first === undefined) return;
    const keep = this.firstAtOrAfter(this.column('step'), first);
    if (keep < this.length) this.revision++;
    for (const name of scalars) {
      this.column(name).truncate(keep);
      this.column(name).append(lines[name]);
    }
    for (const family of families)
      for (const [name, values] of Object.entries(lines[family])) this.seriesToFill(family, name, keep).append(values);
    for (const family of families)
      for (const column of this.named[family].values()) {
        column.truncate(this.length);
        column.pad(this.length);
      }
    if (this.length > MOST_ROWS) this.thin();
  }

  appendValid(lines: EvalColumns): void {
    const first = lines.step[0];
    if (first === undefined) return;
    const keep = this.firstAtOrAfter(this.validStep, first);
    if (keep < this.validStep.length) this.revision++;
    for (const [column, values] of [
      [this.validStep, lines.step],
      [this.validCe, lines.ce],
      [this.cleanEval, lines.cleanEval],
    ] as const) {
      column.truncate(keep);
      column.append(values);
    }
  }

  /** Index of the line of a step, or of the last one before it; -1 when there is none. */
  indexOf(step: number): number {
    const steps = this.column('step');
    const index = this.firstAtOrAfter(steps, step);
    return steps.at(index) === step ? index : index - 1;
  }

  /** Last index, not after `from`, at which the series holds a number; -1 when there is none. */
  lastKnown(column: Column, from: number): number {
    for (let index = Math.min(from, column.length - 1); index >= 0; index--)
      if (!Number.isNaN(column.at(index))) return index;
    return -1;
  }

  private thin(): void {
    const kept = rowsToKeep(this.column('step').values(), this.column('gradNorm').values());
    for (const column of this.columns.values()) column.keep(kept);
    for (const family of families) for (const column of this.named[family].values()) column.keep(kept);
    this.revision++;
  }

  private seriesToFill(family: Family, name: string, length: number): Column {
    let column = this.named[family].get(name);
    if (!column) this.named[family].set(name, (column = new Column()));
    column.truncate(length);
    column.pad(length);
    return column;
  }

  private firstAtOrAfter(column: Column, value: number): number {
    let low = 0;
    let high = column.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column.at(middle) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
