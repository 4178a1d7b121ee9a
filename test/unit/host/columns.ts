// Columns of a made-up run, for tests of what the host keeps of it.
import type { EvalColumns, TrainColumns } from '../../../src/shared/engineContract.ts';

/** Training columns of the given steps; loss and gradient norm are what the functions say. */
export function trainColumns(
  steps: readonly number[],
  gradNorm: (step: number) => number = () => 1,
  named: readonly string[] = ['w'],
): TrainColumns {
  const column = (value: (step: number) => number) => Float32Array.from(steps, value);
  const group = () => Object.fromEntries(named.map((name) => [name, column((step) => step / 8)]));
  return {
    step: Float64Array.from(steps),
    loss: column((step) => 8 / step),
    ce: column((step) => 8 / step),
    gradNorm: column(gradNorm),
    gradNormClipped: column(() => 0.25),
    lr: column(() => 0.5),
    ms: column(() => 10),
    introspectionMs: column(() => 1),
    tokens: column(() => 1120),
    paramGrad: group(),
    paramUpdate: group(),
    kept: group(),
  };
}

export function evalColumns(steps: readonly number[]): EvalColumns {
  return {
    step: Float64Array.from(steps),
    ce: Float32Array.from(steps, (step) => 4 / step),
    cleanEval: Uint8Array.from(steps, () => 1),
  };
}

/** from, from + 1, … to. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
