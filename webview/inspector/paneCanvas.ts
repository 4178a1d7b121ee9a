/** Draws one of the four panes of a weight, and the strip of the whole weight, as cells of their kind. */
import type { Tile, WeightView, Window } from '../../src/shared/engineContract.ts';
import { pixelRatio } from '../shared/canvas.ts';
import { cellNumber, drawCellPane, drawCellStrip } from '../shared/cellPane.ts';
import type { CellPicture } from '../shared/heatmap.ts';
import { currentPalette, type Palette } from '../shared/theme.ts';
import type { PaneSize } from '../shared/viewport.ts';
import { gateLetters } from '../shared/gates.ts';
import type { Cell } from './store.ts';
import { cellsOf, valuesAt, type PaneKind, type Scales } from './weightCells.ts';

export interface PaneDrawing {
  readonly view: WeightView;
  readonly kind: PaneKind;
  readonly window: Window;
  readonly size: PaneSize;
  readonly gutter: number;
  readonly scales: Scales;
  readonly cursor: Cell | null;
  readonly pin: Cell | null;
}

export function drawPane(canvas: HTMLCanvasElement, drawing: PaneDrawing): void {
  const { view, kind, window, size, gutter, scales, cursor, pin } = drawing;
  const ratio = pixelRatio();
  const picture = cellsOf(kind, view, window, size.height * ratio, size.width * ratio, scales, currentPalette());
  const textOf = (row: number, col: number) => {
    const values = valuesAt(view, row, col);
    return !values || (kind !== 'raw' && values.mask === 0) ? '' : cellNumber(values[kind], kind === 'gradient');
  };
  const gates = view.gates ? gateLetters : null;
  drawCellPane(canvas, { picture, window, shape: view.shape, size, gutter, gates, textOf, cursor, pin });
}

/** The strip of the whole weight, and the window of the panes in it. */
export interface Overview {
  readonly view: WeightView;
  readonly window: Window;
  readonly scales: Scales;
  readonly width: number;
  readonly height: number;
}

/** Colours of the strip: they change with the step, not while one pans. */
const strips = new WeakMap<Tile, { readonly key: string; readonly palette: Palette; readonly picture: CellPicture }>();

function stripOf({ view, scales, width, height }: Overview, ratio: number, palette: Palette): CellPicture {
  const { raw, mask } = view.panes;
  const key = [width, height, ratio, scales.raw].join();
  const held = strips.get(raw.overview);
  if (held?.key === key && held.palette === palette) return held.picture;
  const [rows, cols] = view.shape;
  const panes = { ...view.panes, raw: { ...raw, detail: raw.overview }, mask: { ...mask, detail: mask.overview } };
  const whole = { row: 0, rows, col: 0, cols };
  const picture = cellsOf('raw', { ...view, panes }, whole, height * ratio, width * ratio, scales, palette);
  strips.set(raw.overview, { key, palette, picture });
  return picture;
}

export function drawOverview(canvas: HTMLCanvasElement, overview: Overview): void {
  const { view, window, width, height } = overview;
  const picture = stripOf(overview, pixelRatio(), currentPalette());
  const gates = view.gates ? gateLetters : null;
  drawCellStrip(canvas, { picture, window, shape: view.shape, gates, width, height });
}
