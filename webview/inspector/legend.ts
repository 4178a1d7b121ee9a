/**
 * Under each pane: the colour scale with the histogram of the whole tensor and its limits; under the mask the kept and
 * dropped shares.
 */
import type { WeightView } from '../../src/shared/engineContract.ts';
import { prepare, write } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { maskValue, percent } from '../shared/format.ts';
import { drawSignedScale } from '../shared/signedScale.ts';
import { currentPalette } from '../shared/theme.ts';
import { toneOf, type PaneKind, type Scales } from './weightCells.ts';

export const LEGEND_HEIGHT = 54;
/** Narrower panes have room for the limits only. */
const ROOM_FOR_WORDS = 140;

/**
 * Draws the legend and returns what it says in words. `reducer` tells what one drawn cell stands for, "" for one cell.
 */
export function drawLegend(
  canvas: HTMLCanvasElement,
  view: WeightView,
  kind: PaneKind,
  width: number,
  scales: Scales,
  reducer: string,
): string {
  const pen = prepare(canvas, width, LEGEND_HEIGHT);
  const words = kind === 'mask' ? maskLegend(pen, view, width) : signedLegend(pen, view, kind, width, scales);
  if (!reducer) return words;
  write(pen, reducer, width / 2, 47, currentPalette().muted, 'center');
  return `${words} Each cell drawn: ${reducer} cells.`;
}

function maskLegend(pen: CanvasRenderingContext2D, view: WeightView, width: number): string {
  const palette = currentPalette();
  if (view.mask === '') {
    write(pen, width >= ROOM_FOR_WORDS ? 'no dropout: all ×1' : 'all ×1', 0, 8, palette.muted);
    return 'No dropout on this weight: every cell is used as it is.';
  }
  if (view.mode === 'eval') {
    write(pen, 'not used in eval', 0, 8, palette.muted);
    return 'The mask is not used in eval.';
  }
  const dropped = view.facts.dropped / view.facts.cells;
  const split = Math.round((width - 1) * (1 - dropped));
  pen.fillStyle = css(palette.kept);
  pen.fillRect(0, 16, Math.max(0, split - 1), 8);
  pen.fillStyle = css(palette.dot);
  for (let x = split + 3; x < width - 2; x += 6) pen.fillRect(x, 19, 2, 2);
  pen.strokeStyle = css(palette.dot);
  pen.lineWidth = 1;
  if (dropped > 0) pen.strokeRect(split + 0.5, 16.5, Math.max(1, width - split - 2), 7);
  write(pen, percent(1 - dropped), 0, 8, palette.foreground);
  write(pen, percent(dropped), width - 1, 8, palette.foreground, 'right');
  const scale = view.p < 1 ? maskValue(1 / (1 - view.p)) : '0';
  const room = width >= ROOM_FOR_WORDS;
  write(pen, room ? `kept ×${scale}` : `×${scale}`, 0, 33, palette.muted);
  write(pen, room ? 'dropped ×0' : '×0', width - 1, 33, palette.muted, 'right');
  return `${percent(1 - dropped)} kept and multiplied by ${scale}, ${percent(dropped)} dropped.`;
}

function signedLegend(
  pen: CanvasRenderingContext2D,
  view: WeightView,
  kind: Exclude<PaneKind, 'mask'>,
  width: number,
  scales: Scales,
): string {
  const holes = view.mode === 'train' ? view.facts.dropped / view.facts.cells : 0;
  const words = width >= ROOM_FOR_WORDS;
  const zero = words && kind === 'derived' ? `0, holes ${percent(holes)}` : '0';
  return drawSignedScale(pen, width, {
    summary: view.panes[kind].summary,
    limit: kind === 'gradient' ? scales.gradient : scales.raw,
    toneOf: (value) => toneOf(kind, value, scales),
    middle: kind !== 'gradient' ? zero : words ? '0, √ scale' : '√',
    note: kind === 'gradient' ? ', square root' : '',
  });
}
