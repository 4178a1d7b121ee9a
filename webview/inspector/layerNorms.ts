/** Gradient norms of a what-if answer by layer. */
import type { WhatIfSide, WhatIfView } from '../../src/shared/whatIf.ts';

export interface LayerNorm {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Gradient norm of each layer, all its parameters together, of the first draw and before clipping. */
export function layerNorms({ parameters, asTrained, changed }: WhatIfView): LayerNorm[] {
  const layers = new Map<string, number[]>();
  parameters.forEach((name, at) => {
    const layer = /rnns\.\d+/.exec(name)?.[0] ?? name.split('.')[1] ?? name;
    layers.set(layer, [...(layers.get(layer) ?? []), at]);
  });
  const norm = ({ gradients }: WhatIfSide, places: readonly number[]) =>
    Math.hypot(...places.map((at) => gradients[at] ?? NaN));
  return Array.from(layers, ([name, places]) => ({
    name,
    before: norm(asTrained, places),
    after: norm(changed, places),
  }));
}
