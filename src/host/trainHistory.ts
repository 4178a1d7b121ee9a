/**
 * The curves of one run as the host keeps them: columns that grow with every metrics notification, so that a page that
 * comes back gets everything at once. Bounded: a long run is thinned, never cut, and spikes survive the thinning.
 */
import type { EvalColumns, TrainColumns } from '../shared/engineContract.ts';
import { MOST_ROWS, rowsToKeep } from '../shared/thinning.ts';

const SCALARS = [
  'loss',
  'ce',
  'gradNorm',
  'gradNormClipped',
  'lr',
  'ms',
  'introspectionMs',
  'tokens',
] as const satisfies readonly (keyof TrainColumns)[];
const GROUPS = ['paramGrad', 'paramUpdate', 'kept'] as const satisfies readonly (keyof TrainColumns)[];

type Groups = Record<(typeof GROUPS)[number], Record<string, number[]>>;
type Scalars = Record<(typeof SCALARS)[number], number[]>;

export class TrainHistory {
  #step: number[] = [];
  #scalars: Scalars = emptyScalars();
  #groups: Groups = { paramGrad: {}, paramUpdate: {}, kept: {} };
  #evalStep: number[] = [];
  #evalCe: number[] = [];
  #evalClean: number[] = [];

  /** Number of training rows kept. */
  get rows(): number {
    return this.#step.length;
  }

  /** The newest training step, 0 before the first. */
  get lastStep(): number {
    return this.#step.at(-1) ?? 0;
  }

  get lastEvalStep(): number {
    return this.#evalStep.at(-1) ?? 0;
  }

  /**
   * Appends rows. Rows whose step is not after the newest one mean that the run went back to a checkpoint: what was
   * known from there on is dropped first. Returns whether that happened.
   */
  append(train: TrainColumns, valid: EvalColumns): boolean {
    const first = train.step[0];
    const rewound = first !== undefined && first <= this.lastStep;
    if (rewound) this.truncate(first);
    this.#appendTrain(train);
    for (let row = 0; row < valid.step.length; row++) {
      const step = valid.step[row] ?? NaN;
      if (step <= this.lastEvalStep) continue;
      this.#evalStep.push(step);
      this.#evalCe.push(valid.ce[row] ?? NaN);
      this.#evalClean.push(valid.cleanEval[row] ?? 0);
    }
    if (this.rows > MOST_ROWS) this.#thin();
    return rewound;
  }

  /** Forgets every row at or after `step`. */
  truncate(step: number): void {
    const keep = this.#step.findIndex((value) => value >= step);
    if (keep >= 0) this.#forEachColumn((column) => column.splice(keep));
    const keepEval = this.#evalStep.findIndex((value) => value >= step);
    if (keepEval >= 0) for (const column of [this.#evalStep, this.#evalCe, this.#evalClean]) column.splice(keepEval);
  }

  /** Training rows after `step` (all of them after 0), as arrays of their own. */
  train(after = 0): TrainColumns {
    const from = firstAfter(this.#step, after);
    const slice = (column: number[]) => Float32Array.from(column.slice(from));
    const group = (columns: Record<string, number[]>) =>
      Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, slice(column)]));
    const scalars = Object.fromEntries(SCALARS.map((key) => [key, slice(this.#scalars[key])]));
    return {
      ...(scalars as Record<(typeof SCALARS)[number], Float32Array>),
      step: Float64Array.from(this.#step.slice(from)),
      paramGrad: group(this.#groups.paramGrad),
      paramUpdate: group(this.#groups.paramUpdate),
      kept: group(this.#groups.kept),
    };
  }

  /** Evaluation rows after `step`. */
  valid(after = 0): EvalColumns {
    const from = firstAfter(this.#evalStep, after);
    return {
      step: Float64Array.from(this.#evalStep.slice(from)),
      ce: Float32Array.from(this.#evalCe.slice(from)),
      cleanEval: Uint8Array.from(this.#evalClean.slice(from)),
    };
  }

  #appendTrain(train: TrainColumns): void {
    const before = this.rows;
    const added = train.step.length;
    for (const step of train.step) this.#step.push(step);
    for (const key of SCALARS) for (const value of train[key]) this.#scalars[key].push(value);
    for (const key of GROUPS) {
      const columns = this.#groups[key];
      for (const name of Object.keys(train[key])) columns[name] ??= Array<number>(before).fill(NaN);
      for (const [name, column] of Object.entries(columns)) {
        const values = train[key][name];
        for (let row = 0; row < added; row++) column.push(values?.[row] ?? NaN);
      }
    }
  }

  #thin(): void {
    const kept = rowsToKeep(this.#step, this.#scalars.gradNorm);
    this.#forEachColumn((column) => {
      const values = kept.map((row) => column[row] ?? NaN);
      column.splice(0, column.length, ...values);
    });
  }

  #forEachColumn(change: (column: number[]) => void): void {
    change(this.#step);
    for (const key of SCALARS) change(this.#scalars[key]);
    for (const key of GROUPS) for (const column of Object.values(this.#groups[key])) change(column);
  }
}

function emptyScalars(): Scalars {
  return Object.fromEntries(SCALARS.map((key) => [key, [] as number[]])) as Scalars;
}

/** Index of the first value greater than `value` in an ascending column. */
function firstAfter(column: readonly number[], value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? Infinity) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
