/** Under a pane: the histogram of the whole tensor over its colour scale with the limits; under a mask what was kept. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import { prepare, write } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { count, percent, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { limitOf, paneOf, type PaneKind } from './paneCells.ts';

export const SCALE_HEIGHT = 40;

/** Draws it and says it in words. */
export function drawScale(
  canvas: HTMLCanvasElement,
  picture: CheckpointPicture,
  kind: PaneKind,
  width: number,
): string {
  const pen = prepare(canvas, width, SCALE_HEIGHT);
  const palette = currentPalette();
  const { summary } = paneOf(picture, kind);
  if (kind === 'mask') {
    const zeros = summary.zeros / summary.cells;
    const split = Math.round((width - 1) * (1 - zeros));
    pen.fillStyle = css(palette.kept);
    pen.fillRect(0, 16, Math.max(0, split - 1), 8);
    pen.fillStyle = css(palette.dot);
    for (let x = split + 3; x < width - 2; x += 6) pen.fillRect(x, 19, 2, 2);
    write(pen, `kept ${percent(1 - zeros)}`, 0, 8, palette.foreground);
    write(pen, `0: ${percent(zeros)}`, width - 1, 33, palette.muted, 'right');
    return `${percent(1 - zeros)} kept, ${percent(zeros)} dropped.`;
  }
  const limit = limitOf(picture);
  const bars = Math.max(1, Math.floor((width - 1) / 3));
  const heights = rebinned(summary.histogram, summary.limit, limit, bars);
  const highest = Math.max(1, ...heights.subarray(1, bars - 1));
  pen.fillStyle = css(palette.histogram);
  for (let bar = 0; bar < bars; bar++) {
    const height = Math.min(15, ((heights[bar] ?? 0) / highest) * 15);
    pen.fillRect(bar * 3, 15 - height, 2, height);
  }
  for (let x = 0; x < bars * 3; x++) {
    const packed = palette.signed[Math.round((x / (bars * 3 - 1)) * (palette.signed.length - 1))] ?? palette.zero;
    pen.fillStyle = css([packed & 255, (packed >> 8) & 255, (packed >> 16) & 255]);
    pen.fillRect(x, 16, 1, 8);
  }
  const bad = summary.nonFinite > 0 ? `${count(summary.nonFinite, 'cell')} not finite` : '';
  write(pen, significant(-limit, 2), 0, 33, palette.muted);
  write(pen, bad || '0', width / 2, 33, bad ? palette.bad : palette.muted, 'center');
  write(pen, `+${significant(limit, 2)}`, width - 1, 33, palette.muted, 'right');
  return `Scale from ${significant(-limit, 2)} to ${significant(limit, 2)}, the 99.5th percentile${bad ? `; ${bad}` : ''}.`;
}

/** Equal bins over the tensor's own limits, put onto bars over those of the scale; what lies beyond is in the end bars. */
function rebinned(histogram: Uint32Array, own: number, limit: number, bars: number): Float64Array {
  const heights = new Float64Array(bars);
  const parts = 64;
  histogram.forEach((amount, bin) => {
    for (let part = 0; part < parts; part++) {
      const value = (((bin + (part + 0.5) / parts) / histogram.length) * 2 - 1) * own;
      const bar = Math.floor(((value / limit + 1) / 2) * bars);
      heights[Math.max(0, Math.min(bars - 1, bar))]! += amount / parts;
    }
  });
  return heights;
}
