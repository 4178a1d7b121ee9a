/**
 * The losses of a what-if answer: every draw as a faint dot, as trained above and what if below, one line from each to its
 * partner with the same uniforms; over them mean and standard deviation. And the gradient norms by layer, in pairs.
 */
import { summaryOf } from '../../src/shared/pairedDraws.ts';
import type { WhatIfView } from '../../src/shared/whatIf.ts';
import { prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix, type Rgb } from '../shared/colour.ts';
import { fixed, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { logRange, logTicks, roundTicks } from './axisTicks.ts';
import { layerNorms } from './layerNorms.ts';

const GUTTER = 66;
const RIGHT = 10;
const AXIS = 16;
const TOP = 16;
const BAND = 24;
export const DRAWS_HEIGHT = TOP + 2 * BAND + AXIS;
const ROW = 16;
const NUMBERS = 96;

/** Null: the frame alone. */
export function drawLosses(canvas: HTMLCanvasElement, width: number, view: WhatIfView | null): void {
  const pen = prepare(canvas, width, DRAWS_HEIGHT);
  const palette = currentPalette();
  const rows = [
    { name: 'as trained', y: TOP + BAND / 2, losses: view?.asTrained.ce ?? [], colour: palette.muted },
    { name: 'what if', y: TOP + 1.5 * BAND, losses: view?.changed.ce ?? [], colour: palette.train },
  ];
  for (const { name, y } of rows) write(pen, name, GUTTER - 8, y, palette.muted, 'right');
  const off = view?.withoutDropout[0] ?? NaN;
  const all = [...rows.flatMap(({ losses }) => [...losses]), off].filter(Number.isFinite);
  if (all.length === 0) return;
  const room = 0.06 * (Math.max(...all) - Math.min(...all)) || 0.01;
  const [min, max] = [Math.min(...all) - room, Math.max(...all) + room];
  const x = (loss: number) => GUTTER + ((loss - min) / (max - min)) * (width - GUTTER - RIGHT);
  const bottom = TOP + 2 * BAND;
  for (const tick of roundTicks(min, max)) {
    verticalLine(pen, x(tick), TOP, bottom, palette.grid);
    write(pen, String(tick), x(tick), bottom + AXIS / 2, palette.muted, 'center');
  }
  if (Number.isFinite(off)) {
    pen.setLineDash([3, 3]);
    line(pen, [x(off), TOP], [x(off), bottom], palette.foreground);
    pen.setLineDash([]);
    const label = `no dropout ${fixed(off, 3)}`;
    const half = pen.measureText(label).width / 2;
    write(pen, label, Math.max(GUTTER + half, Math.min(width - half, x(off))), TOP / 2, palette.foreground, 'center');
  }
  const [above, below] = rows as [(typeof rows)[0], (typeof rows)[0]];
  Array.from(above.losses).forEach((loss, draw) => {
    const partner = below.losses[draw] ?? NaN;
    if (Number.isFinite(loss) && Number.isFinite(partner))
      line(pen, [x(loss), above.y], [x(partner), below.y], palette.grid);
  });
  for (const { losses, y, colour } of rows) {
    for (const loss of losses)
      if (Number.isFinite(loss)) dot(pen, x(loss), y, 2.5, mix(palette.background, colour, 0.5));
    const { mean, deviation } = summaryOf(losses);
    if (!Number.isFinite(mean)) {
      write(pen, 'not finite', GUTTER, y, palette.bad);
      continue;
    }
    pen.fillStyle = css(colour);
    pen.fillRect(x(mean - deviation), y - 1.5, Math.max(1, x(mean + deviation) - x(mean - deviation)), 3);
    dot(pen, x(mean), y, 6, palette.background);
    dot(pen, x(mean), y, 4.5, colour);
    if (losses === above.losses) dot(pen, x(mean), y, 2.5, palette.background);
  }
}

/** One row for each layer on a log axis: a ring as trained, a disc what if. */
export function drawGradients(canvas: HTMLCanvasElement, width: number, view: WhatIfView | null, rows: number): void {
  const norms = view ? layerNorms(view) : [];
  const height = Math.max(rows, norms.length) * ROW + AXIS;
  const pen = prepare(canvas, width, height);
  const palette = currentPalette();
  const finite = norms.flatMap(({ before, after }) => [before, after]).filter((norm) => norm > 0 && norm < Infinity);
  const range = logRange(Math.min(...finite), Math.max(...finite), 0);
  if (!range) return;
  const { min, max } = range;
  const [low, high] = [Math.log10(min), Math.log10(max)];
  const end = width - NUMBERS;
  const x = (norm: number) => GUTTER + ((Math.log10(norm) - low) / (high - low)) * (end - GUTTER);
  const bottom = height - AXIS;
  for (const tick of logTicks(min, max)) {
    verticalLine(pen, x(tick), 0, bottom, palette.grid);
    write(pen, String(tick), x(tick), bottom + AXIS / 2, palette.muted, 'center');
  }
  norms.forEach(({ name, before, after }, row) => {
    const y = (row + 0.5) * ROW;
    write(pen, name, GUTTER - 8, y, palette.muted, 'right');
    const known = [before, after].every((norm) => norm > 0 && norm < Infinity);
    if (known) line(pen, [x(before), y], [x(after), y], mix(palette.background, palette.train, 0.6));
    if (before > 0 && before < Infinity) {
      dot(pen, x(before), y, 4.5, palette.muted);
      dot(pen, x(before), y, 2.5, palette.background);
    }
    if (after > 0 && after < Infinity) dot(pen, x(after), y, 3.5, palette.train);
    write(pen, `${significant(before)} → ${significant(after)}`, width, y, palette.foreground, 'right');
  });
}

function dot(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: Rgb): void {
  pen.fillStyle = css(colour);
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
}

function line(
  pen: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
  colour: Rgb,
): void {
  pen.strokeStyle = css(colour);
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}
