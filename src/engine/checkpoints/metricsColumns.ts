/** Gathers metrics lines into typed columns: the form in which they travel and are drawn. */
import type { EvalColumns, EvalLine, TrainColumns, TrainLine } from '../../shared/engineContract.ts';

const perStep = {
  loss: 'loss',
  ce: 'ce',
  gradNorm: 'grad_norm',
  gradNormClipped: 'grad_norm_clipped',
  lr: 'lr',
  ms: 'ms',
  introspectionMs: 'introspection_ms',
  tokens: 'tokens',
} as const satisfies Partial<Record<keyof TrainColumns, keyof TrainLine>>;

type Sparse = Map<string, Map<number, number>>;

/** Takes lines in the order of the file. */
export class ColumnBuilder {
  private readonly train: TrainLine[] = [];
  private readonly valid: EvalLine[] = [];
  private readonly paramGrad: Sparse = new Map();
  private readonly paramUpdate: Sparse = new Map();
  private readonly kept: Sparse = new Map();
  private params: TrainLine['params'];
  private sites: TrainLine['sites'];

  add(line: TrainLine | EvalLine): void {
    if ('split' in line) {
      this.valid.push(line);
      return;
    }
    const { params, sites, ...plain } = line;
    const row = this.train.push(plain) - 1;
    for (const [name, { g, u }] of Object.entries(params ?? {})) {
      put(this.paramGrad, name, row, g ?? NaN);
      put(this.paramUpdate, name, row, u);
    }
    for (const [name, { kept }] of Object.entries(sites ?? {})) put(this.kept, name, row, kept);
    this.params = params ?? this.params;
    this.sites = sites ?? this.sites;
  }

  build(): { train: TrainColumns; valid: EvalColumns; latest: TrainLine | null; latestEval: EvalLine | null } {
    const { train, valid, params, sites } = this;
    const rows = train.length;
    const columns = Object.entries(perStep).map(([column, key]) => [column, Float32Array.from(train, (l) => l[key])]);
    const last = train.at(-1);
    return {
      train: {
        step: Float64Array.from(train, ({ step }) => step),
        ...(Object.fromEntries(columns) as Record<keyof typeof perStep, Float32Array>),
        paramGrad: dense(this.paramGrad, rows),
        paramUpdate: dense(this.paramUpdate, rows),
        kept: dense(this.kept, rows),
      },
      valid: {
        step: Float64Array.from(valid, ({ step }) => step),
        ce: Float32Array.from(valid, ({ ce }) => ce),
        cleanEval: Uint8Array.from(valid, ({ clean_eval }) => Number(clean_eval)),
      },
      latest: last ? { ...last, ...(params && { params }), ...(sites && { sites }) } : null,
      latestEval: valid.at(-1) ?? null,
    };
  }
}

function put(columns: Sparse, name: string, row: number, value: number): void {
  const column = columns.get(name);
  if (column === undefined) columns.set(name, new Map([[row, value]]));
  else column.set(row, value);
}

/** Columns over all rows, NaN where there was no value. */
function dense(columns: Sparse, rows: number): Record<string, Float32Array> {
  const filled = [...columns].map(([name, values]) => {
    const column = new Float32Array(rows).fill(NaN);
    for (const [row, value] of values) column[row] = value;
    return [name, column] as const;
  });
  return Object.fromEntries(filled);
}
