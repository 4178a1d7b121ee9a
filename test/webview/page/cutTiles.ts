/** Cuts whole tensors into the tiles asked for, as the engine does: square blocks, just large enough. */
import type { Pane, Tile, WeightView, Window } from '../../../src/shared/engineContract.ts';

/** `view` holds whole exact tiles as details. */
export function cutWeight(view: WeightView, window: Window | undefined, maxCells: number): WeightView {
  const whole = view.panes.raw.detail.window;
  const part = (pane: Pane, isMask: boolean): Pane => ({
    overview: overviewOf(pane.detail, whole, maxCells, isMask),
    detail: reduce(pane.detail, window ?? whole, maxCells, isMask),
    summary: pane.summary,
  });
  const { raw, mask, derived, gradient } = view.panes;
  return {
    ...view,
    panes: {
      raw: part(raw, false),
      mask: part(mask, true),
      derived: part(derived, false),
      gradient: part(gradient, false),
    },
  };
}

const MOST_LOOKED_AT = 200_000;
const overviews = new WeakMap<Tile, Map<number, Tile>>();

/** Made once a tensor and size. */
function overviewOf(tile: Tile, whole: Window, maxCells: number, isMask: boolean): Tile {
  const held = overviews.get(tile) ?? new Map<number, Tile>();
  overviews.set(tile, held);
  const made = held.get(maxCells) ?? reduce(tile, whole, maxCells, isMask);
  held.set(maxCells, made);
  return made;
}

function reduce(tile: Tile, window: Window, maxCells: number, isMask: boolean): Tile {
  let block = 1;
  while (Math.ceil(window.rows / block) * Math.ceil(window.cols / block) > maxCells) block++;
  const rows = Math.ceil(window.rows / block);
  const cols = Math.ceil(window.cols / block);
  const data = new Float32Array(rows * cols);
  // Of a very large window a sample is enough: what is measured is the page, and it shares its thread with this.
  const stride = block === 1 ? 1 : Math.max(1, Math.floor(Math.sqrt((window.rows * window.cols) / MOST_LOOKED_AT)));
  for (let r = 0; r < window.rows; r += stride)
    for (let c = 0; c < window.cols; c += stride) {
      const value = tile.data[(window.row + r) * tile.window.cols + window.col + c] ?? NaN;
      const at = Math.floor(r / block) * cols + Math.floor(c / block);
      const held = data[at] ?? 0;
      if (block === 1) data[at] = value;
      else if (isMask) data[at] = held + (value === 0 ? 0 : 1) * (stride / block) ** 2;
      else if (Math.abs(value) > Math.abs(held)) data[at] = value;
    }
  const reducer = block === 1 ? 'exact' : isMask ? 'mean' : 'extreme';
  return { ...tile, window, blockRows: block, blockCols: block, reducer, data };
}
