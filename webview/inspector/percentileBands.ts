/**
 * A distribution over the steps as nested bands: the nine quantiles of the finite values that for a normal distribution
 * lie half a standard deviation apart, over the same axis of steps as every other chart.
 */
import { polyline, prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix } from '../shared/colour.ts';
import { integer, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import type { HistogramDrawing } from './ridgeline.ts';
import { roundSteps } from './stepTicks.ts';
import { valueAxis } from './valueAxis.ts';

const LEFT = 56;
const RIGHT = 120;
const BOTTOM = 18;
const TOP = 6;
const QUANTILES = 9;
const NAMES = ['lowest', '6.7 %', '15.9 %', '30.9 %', 'median', '69.1 %', '84.1 %', '93.3 %', 'highest'];

/** `from` and `to` are the steps at the ends of the axis. */
export function drawBands(canvas: HTMLCanvasElement, drawing: HistogramDrawing, from: number, to: number): void {
  const { series, rows, width, height } = drawing;
  const pen = prepare(canvas, width, height);
  const palette = currentPalette();
  const axis = valueAxis(series);
  const bottom = height - BOTTOM;
  const plot = width - LEFT - RIGHT;
  const x = (step: number) => LEFT + ((step - from) / Math.max(1, to - from)) * plot;
  const y = (value: number) => bottom - axis.at(value) * (bottom - TOP);
  for (const tick of axis.ticks) {
    pen.fillStyle = css(palette.grid);
    pen.fillRect(LEFT, Math.round(y(tick)), plot, 1);
    write(pen, tick === 0 ? '0' : significant(tick, 1), LEFT - 8, y(tick), palette.muted, 'right');
  }
  const quantile = (row: number, index: number) => series.quantiles[row * QUANTILES + index] ?? NaN;
  const line = (index: number) =>
    rows
      .map((row) => [x(series.steps[row] ?? 0), y(quantile(row, index))] as const)
      .filter(([, at]) => Number.isFinite(at));
  for (let depth = 0; depth < 4; depth++) {
    const [low, high] = [line(depth), line(QUANTILES - 1 - depth)];
    pen.beginPath();
    for (const [px, py] of [...high, ...low.reverse()]) pen.lineTo(px, py);
    pen.closePath();
    pen.fillStyle = css(mix(palette.background, palette.sequential, 0.16 + 0.18 * depth));
    pen.fill();
  }
  polyline(pen, line(4), palette.foreground, 1.25);
  const last = rows.at(-1);
  if (last !== undefined) {
    // Names stand at the right end where they do not touch.
    let free = bottom + 4;
    for (const index of [0, 2, 4, 6, 8]) {
      const at = Math.min(y(quantile(last, index)), free);
      if (!(at >= TOP)) continue;
      free = at - 13;
      write(pen, `${NAMES[index]} ${significant(quantile(last, index), 2)}`, width - RIGHT + 8, at, palette.muted);
    }
  }
  for (const step of roundSteps(from, to, Math.max(2, Math.floor(plot / 80))))
    write(pen, integer(step), x(step), bottom + 10, palette.muted, 'center');
  if (drawing.viewed >= 0) verticalLine(pen, x(series.steps[drawing.viewed] ?? 0), TOP, bottom, palette.foreground);
}
