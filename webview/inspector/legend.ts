/**
 * Under each pane: the colour scale with the histogram of the whole tensor and its limits; under the mask the kept and
 * dropped shares. Bars piled at the two ends are the cells beyond the limits.
 */
import type { WeightView } from '../../src/shared/engineContract.ts';
import { prepare, write } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { count, maskValue, percent, significant } from '../shared/format.ts';
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
  const palette = currentPalette();
  const { summary } = view.panes[kind];
  const bars = Math.max(1, Math.floor((width - 1) / 3));
  const heights = rebin(summary.histogram, summary.limit, kind, scales, bars);
  const highest = Math.max(1, ...heights.subarray(1, bars - 1));
  for (let bar = 0; bar < bars; bar++) {
    const height = Math.min(15, ((heights[bar] ?? 0) / highest) * 15);
    pen.fillStyle = css(palette.histogram);
    pen.fillRect(bar * 3, 15 - height, 2, height);
  }
  for (let x = 0; x < bars * 3; x++) {
    const packed = palette.signed[Math.round((x / (bars * 3 - 1)) * (palette.signed.length - 1))] ?? palette.zero;
    pen.fillStyle = css([packed & 255, (packed >> 8) & 255, (packed >> 16) & 255]);
    pen.fillRect(x, 16, 1, 8);
  }
  const limit = kind === 'gradient' ? scales.gradient : scales.raw;
  const holes = view.mode === 'train' ? view.facts.dropped / view.facts.cells : 0;
  const bad = summary.nonFinite > 0 ? `${count(summary.nonFinite, 'cell')} not finite` : '';
  const words = width >= ROOM_FOR_WORDS;
  const middle = !words
    ? kind === 'gradient'
      ? '√'
      : '0'
    : kind === 'gradient'
      ? '0, √ scale'
      : kind === 'derived'
        ? `0, holes ${percent(holes)}`
        : '0';
  write(pen, significant(-limit, 2), 0, 33, palette.muted);
  write(pen, bad || middle, width / 2, 33, bad ? palette.bad : palette.muted, 'center');
  write(pen, `+${significant(limit, 2)}`, width - 1, 33, palette.muted, 'right');
  const scale = `Scale from ${significant(-limit, 2)} to ${significant(limit, 2)}`;
  return `${scale}${kind === 'gradient' ? ', square root' : ''}${bad ? `; ${bad}` : ''}.`;
}

/** The engine's equal bins over the tensor's own limits, put onto the bars of the scale in use. */
function rebin(histogram: Uint32Array, limit: number, kind: PaneKind, scales: Scales, bars: number): Float64Array {
  const heights = new Float64Array(bars);
  const bins = histogram.length;
  const parts = 8;
  for (let bin = 0; bin < bins; bin++)
    for (let part = 0; part < parts; part++) {
      const value = (((bin + (part + 0.5) / parts) / bins) * 2 - 1) * limit;
      const tone = Math.max(-1, Math.min(1, toneOf(kind, value, scales)));
      const bar = Math.min(bars - 1, Math.floor(((tone + 1) / 2) * bars));
      heights[bar] = (heights[bar] ?? 0) + (histogram[bin] ?? 0) / parts;
    }
  return heights;
}
