/**
 * The tiles of the step that is shown, so that panning back costs nothing: the least recently used are dropped when they
 * would take more than a fixed share of memory. Tiles of another step or tensor are dropped at once.
 */
import type { Tile, WeightView, Window } from '../../src/shared/engineContract.ts';
import { covers } from '../shared/tile.ts';

/** Cells of one pane held at most; four panes of four bytes make it 32 MB. */
const MOST_CELLS = 2_000_000;

type Quad = Readonly<Record<'raw' | 'mask' | 'derived' | 'gradient', Tile>>;

export class TileCache {
  private shown = '';
  /** Oldest use first. */
  private held: Quad[] = [];
  private composed: { readonly view: WeightView; readonly quad: Quad; readonly result: WeightView } | null = null;

  /** Keeps the tiles of an answer. `run` and the view's own name and step say what they belong to. */
  add(run: string, view: WeightView): void {
    const key = `${run} ${view.panes.raw.detail.name} ${view.step}`;
    if (key !== this.shown) this.held = [];
    this.shown = key;
    const quad = detailsOf(view);
    if (this.held.some((known) => sameTile(known.raw, quad.raw))) return;
    this.held.push(quad);
    let cells = this.held.reduce((sum, { raw }) => sum + raw.data.length, 0);
    while (cells > MOST_CELLS && this.held.length > 1) cells -= this.held.shift()?.raw.data.length ?? 0;
  }

  /** The view with the finest tiles held for a window: those that cover it, else those that reach farthest into it. */
  best(view: WeightView, window: Window): WeightView {
    let best = detailsOf(view);
    let score = scoreOf(best.raw, window);
    for (const quad of this.held) {
      const other = scoreOf(quad.raw, window);
      if (other > score) [best, score] = [quad, other];
    }
    this.used(best);
    if (this.composed?.view === view && this.composed.quad === best) return this.composed.result;
    const { raw, mask, derived, gradient } = view.panes;
    const panes = {
      raw: { ...raw, detail: best.raw },
      mask: { ...mask, detail: best.mask },
      derived: { ...derived, detail: best.derived },
      gradient: { ...gradient, detail: best.gradient },
    };
    this.composed = { view, quad: best, result: { ...view, panes } };
    return this.composed.result;
  }

  private used(quad: Quad): void {
    const index = this.held.indexOf(quad);
    if (index >= 0) this.held.push(...this.held.splice(index, 1));
  }
}

function detailsOf({ panes }: WeightView): Quad {
  return {
    raw: panes.raw.detail,
    mask: panes.mask.detail,
    derived: panes.derived.detail,
    gradient: panes.gradient.detail,
  };
}

function sameTile(a: Tile, b: Tile): boolean {
  return a.blockRows === b.blockRows && a.blockCols === b.blockCols && covers(a, b.window);
}

/** Covering counts most, then fine blocks, then how much of the window is held. */
function scoreOf(tile: Tile, window: Window): number {
  const overlap = (from: number, size: number, other: number, otherSize: number) =>
    Math.max(0, Math.min(from + size, other + otherSize) - Math.max(from, other)) / size;
  const share =
    overlap(window.row, window.rows, tile.window.row, tile.window.rows) *
    overlap(window.col, window.cols, tile.window.col, tile.window.cols);
  const fineness = 1 / (tile.blockRows * tile.blockCols);
  return share === 1 ? 2 + fineness : share * fineness;
}
