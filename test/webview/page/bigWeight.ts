/** A weight of any size, made in the page: signed values, a mask with holes, derived and gradient that agree with it. */
import type { Pane, Tile, WeightView } from '../../../src/shared/engineContract.ts';

export function bigWeight(rows: number, cols: number, step: number, mask: string): WeightView {
  const cells = rows * cols;
  const p = 0.2;
  const raw = new Float32Array(cells);
  const kept = new Float32Array(cells);
  const derived = new Float32Array(cells);
  const gradient = new Float32Array(cells);
  let seed = 1;
  let dropped = 0;
  for (let cell = 0; cell < cells; cell++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    raw[cell] = (seed / 2 ** 32 - 0.5) * 0.2;
    kept[cell] = seed % 1000 < 1000 * p ? 0 : 1 / (1 - p);
    derived[cell] = (raw[cell] ?? 0) * (kept[cell] ?? 0);
    gradient[cell] = (derived[cell] ?? 0) * 1e-3;
    if (kept[cell] === 0) dropped++;
  }
  const pane = (name: string, data: Float32Array, limit: number): Pane => {
    const window = { row: 0, rows, col: 0, cols };
    const detail: Tile = { name, shape: [rows, cols], window, blockRows: 1, blockCols: 1, reducer: 'exact', data };
    const histogram = new Uint32Array(64).fill(1);
    return { overview: detail, detail, summary: { cells, zeros: dropped, nonFinite: 0, norm: 1, limit, histogram } };
  };
  return {
    step,
    mode: 'train',
    mask,
    shape: [rows, cols],
    gates: true,
    p,
    panes: {
      raw: pane('raw', raw, 0.1),
      mask: pane('mask', kept, 1.25),
      derived: pane('derived', derived, 0.12),
      gradient: pane('gradient', gradient, 1e-4),
    },
    facts: { cells, equal: cells, dropped, gradientZeros: dropped, gradientZerosDropped: dropped },
  };
}
