/**
 * The answer to a what-if question, draw by draw, so that others get their turn in between. Both sides use the same
 * uniforms in each draw (common random numbers), so that their difference is known better than either.
 */
import { valuesAsTrained, type WhatIfSide, type WhatIfValues, type WhatIfView } from '../../shared/whatIf.ts';
import { evaluationCall } from '../random/draws.ts';
import type { Draw, FrozenStep } from './frozenStep.ts';

/** Yields how many draws of both sides are done, after each pass; ends with the answer. */
export type WhatIfPasses = Generator<number, WhatIfView>;

/** Passes as trained that were done for an earlier question about the same step; what is added here is known next time. */
export interface KnownDraws {
  readonly asTrained: Draw[];
  withoutDropout: number | null;
}

const NO_DROPOUT: WhatIfValues = { embed_p: 0, input_p: 0, weight_p: 0, hidden_p: 0, output_p: 0, drop_mult: 1 };

/**
 * The call number of a draw, counted from 0: the first repeats the step's own masks where p is the same, the others lie
 * beyond all training steps.
 */
export function callOfDraw(step: number, draw: number): number {
  return draw === 0 ? step : evaluationCall(draw - 1);
}

/** `values` are those of the changed side. */
export function* whatIfPasses(
  frozen: FrozenStep,
  values: WhatIfValues,
  { draws, known }: { readonly draws: number; readonly known: KnownDraws },
): WhatIfPasses {
  const own = valuesAsTrained(frozen.config);
  const same = Object.entries(own).every(([key, value]) => values[key as keyof WhatIfValues] === value);
  const draw = (of: WhatIfValues, at: number): Draw =>
    frozen.draw(of, callOfDraw(frozen.step, at), { gradients: at === 0 });
  if (known.withoutDropout === null) {
    known.withoutDropout = frozen.draw(NO_DROPOUT, evaluationCall(0), { gradients: false }).ce;
    yield 0;
  }
  const changed: Draw[] = [];
  for (let at = 0; at < draws; at++) {
    if (known.asTrained.length === at) {
      known.asTrained.push(draw(own, at));
      yield at;
    }
    changed.push(same ? known.asTrained[at]! : draw(values, at));
    yield at + 1;
  }
  const asTrained = known.asTrained.slice(0, draws);
  const difference = Math.abs(asTrained[0]!.loss - (frozen.recordedLoss ?? NaN));
  return {
    step: frozen.step,
    rows: frozen.rows,
    length: frozen.length,
    asTrained: sideOf(own, asTrained),
    changed: sideOf(values, changed),
    withoutDropout: Float32Array.of(known.withoutDropout),
    parameters: frozen.parameters,
    repeatedWithin: Number.isFinite(difference) ? difference : null,
  };
}

function sideOf(values: WhatIfValues, draws: readonly Draw[]): WhatIfSide {
  const [first] = draws;
  const tokens = Float32Array.from(
    first!.tokens,
    (_, at) => draws.reduce((sum, draw) => sum + draw.tokens[at]!, 0) / draws.length,
  );
  return {
    values,
    ce: Float32Array.from(draws, ({ ce }) => ce),
    loss: Float32Array.from(draws, ({ loss }) => loss),
    tokens,
    gradients: first!.gradients!,
  };
}
