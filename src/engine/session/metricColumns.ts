/** Lines of metrics.jsonl as columns, which is how they travel and how charts draw them. */
import type { EvalColumns, EvalLine, TrainColumns, TrainLine } from '../../shared/engineContract.ts';

/** Columns of the lines; what a line does not hold (a parameter's norm on most late steps) is NaN. */
export function trainColumns(lines: readonly TrainLine[]): TrainColumns {
  const column = (value: (line: TrainLine) => number) => Float32Array.from(lines, value);
  return {
    step: Float64Array.from(lines, ({ step }) => step),
    loss: column(({ loss }) => loss),
    ce: column(({ ce }) => ce),
    gradNorm: column(({ grad_norm }) => grad_norm),
    gradNormClipped: column(({ grad_norm_clipped }) => grad_norm_clipped),
    lr: column(({ lr }) => lr),
    ms: column(({ ms }) => ms),
    introspectionMs: column(({ introspection_ms }) => introspection_ms),
    tokens: column(({ tokens }) => tokens),
    paramGrad: named(
      lines,
      ({ params }) => params,
      ({ g }) => g ?? NaN,
    ),
    paramUpdate: named(
      lines,
      ({ params }) => params,
      ({ u }) => u,
    ),
    kept: named(
      lines,
      ({ sites }) => sites,
      ({ kept }) => kept,
    ),
  };
}

export function evalColumns(lines: readonly EvalLine[]): EvalColumns {
  return {
    step: Float64Array.from(lines, ({ step }) => step),
    ce: Float32Array.from(lines, ({ ce }) => ce),
    cleanEval: Uint8Array.from(lines, ({ clean_eval }) => (clean_eval ? 1 : 0)),
  };
}

/** One column for each name that any line has. */
function named<T>(
  lines: readonly TrainLine[],
  group: (line: TrainLine) => Readonly<Record<string, T>> | undefined,
  value: (entry: T) => number,
): Record<string, Float32Array> {
  const columns: Record<string, Float32Array> = {};
  lines.forEach((line, index) => {
    for (const [name, entry] of Object.entries(group(line) ?? {})) {
      columns[name] ??= new Float32Array(lines.length).fill(NaN);
      columns[name][index] = value(entry);
    }
  });
  return columns;
}

/**
 * At most about `most` of the lines, in order: of each stretch the lowest and the highest loss, so that no spike is
 * lost, and its last line with per-parameter numbers. The first and the last line are always among them.
 */
export function thinned(lines: readonly TrainLine[], most: number): readonly TrainLine[] {
  if (lines.length <= most) return lines;
  const stretches = Math.max(1, Math.floor((most - 2) / 3));
  const chosen = new Set<number>([0, lines.length - 1]);
  for (let i = 0; i < stretches; i++) {
    const from = Math.floor((i * lines.length) / stretches);
    const to = Math.floor(((i + 1) * lines.length) / stretches);
    let low = from;
    let high = from;
    for (let at = from; at < to; at++) {
      const { loss } = lines[at]!;
      if (loss < lines[low]!.loss) low = at;
      // What is not finite is the spike that matters most.
      if (loss > lines[high]!.loss || !Number.isFinite(loss)) high = at;
    }
    chosen.add(low).add(high);
    let detailed = to - 1;
    while (detailed > from && !lines[detailed]!.params) detailed--;
    if (lines[detailed]!.params) chosen.add(detailed);
  }
  return [...chosen].sort((a, b) => a - b).map((index) => lines[index]!);
}

/** A line with `params` and `sites`: its own, or those of the newest line before it that has them. */
export function withDetails(line: TrainLine, before: TrainLine | null | undefined): TrainLine {
  const params = line.params ?? before?.params;
  const sites = line.sites ?? before?.sites;
  return { ...line, ...(params && { params }), ...(sites && { sites }) };
}
