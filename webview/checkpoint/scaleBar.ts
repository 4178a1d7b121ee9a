/** Under a pane: the histogram of the whole tensor over its colour scale with the limits; under a mask what was kept. */
import type { CheckpointPicture } from '../../src/shared/checkpointContract.ts';
import { prepare, write } from '../shared/canvas.ts';
import { css } from '../shared/colour.ts';
import { percent } from '../shared/format.ts';
import { drawSignedScale } from '../shared/signedScale.ts';
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
  const toneOf = (value: number) => value / limit;
  return drawSignedScale(pen, width, { summary, limit, toneOf, middle: '0', note: ', the 99.5th percentile' });
}
