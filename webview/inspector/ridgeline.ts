/**
 * A distribution over the steps as ridges, oldest at the back. Heights are counts by width of axis, so that a wide bin
 * looks no fuller than it is; exact zeros and values that are not finite stand apart at the right, as counts of their own.
 */
import type { HistogramSeries } from '../../src/shared/stepContract.ts';
import { prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix } from '../shared/colour.ts';
import { integer, percent, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { barsOf, type Bar } from './densityBars.ts';
import { valueAxis } from './valueAxis.ts';

const LEFT = 56;
const RIGHT = 120;
const BOTTOM = 18;
const TOP = 4;
const MOST_RIDGES = 40;

export interface HistogramDrawing {
  readonly series: HistogramSeries;
  /** Indices of the recorded steps to draw, ascending. */
  readonly rows: readonly number[];
  /** Index of the row at the step viewed, or -1. */
  readonly viewed: number;
  readonly width: number;
  readonly height: number;
}

export function drawRidgeline(canvas: HTMLCanvasElement, drawing: HistogramDrawing): void {
  const { series, width, height } = drawing;
  const pen = prepare(canvas, width, height);
  const palette = currentPalette();
  const bins = series.edges.length - 1;
  const axis = valueAxis(series);
  const plot = width - LEFT - RIGHT;
  const x = (value: number) => LEFT + axis.at(value) * plot;
  const rows = thinned(drawing.rows, MOST_RIDGES, drawing.viewed);
  const bottom = height - BOTTOM;
  const ridge = Math.max(16, (bottom - TOP) / 2.5);
  const baseline = (order: number) =>
    rows.length < 2 ? bottom : TOP + ridge + ((bottom - TOP - ridge) * order) / (rows.length - 1);
  for (const tick of axis.ticks) {
    verticalLine(pen, x(tick), TOP, bottom, palette.grid);
    write(pen, tick === 0 ? '0' : significant(tick, 1), x(tick), bottom + 10, palette.muted, 'center');
  }
  const bars = barsOf(series.edges, (value) => axis.at(value) * plot);
  const density = (row: number, { from, to, width: barWidth }: Bar) => {
    let count = 0;
    for (let bin = from; bin < to; bin++) count += series.counts[row * bins + bin] ?? 0;
    return barWidth > 0 ? count / barWidth : 0;
  };
  let highest = 0;
  for (const row of rows) for (const bar of bars) highest = Math.max(highest, density(row, bar));
  let labelled = -Infinity;
  rows.forEach((row, order) => {
    const base = baseline(order);
    const isViewed = row === drawing.viewed;
    const age = rows.length < 2 ? 1 : order / (rows.length - 1);
    pen.beginPath();
    pen.moveTo(x(series.edges[0] ?? 0), base);
    for (const bar of bars) {
      const y = base - (density(row, bar) / (highest || 1)) * ridge;
      pen.lineTo(x(series.edges[bar.from] ?? 0), y);
      pen.lineTo(x(series.edges[bar.to] ?? 0), y);
    }
    pen.lineTo(x(series.edges[bins] ?? 0), base);
    pen.fillStyle = css(mix(palette.background, palette.sequential, 0.15 + 0.45 * age));
    pen.fill();
    pen.strokeStyle = css(isViewed ? palette.foreground : mix(palette.background, palette.sequential, 0.5 + 0.5 * age));
    pen.lineWidth = isViewed ? 1.75 : 1;
    pen.stroke();
    if (base - labelled < 13 && !isViewed) return;
    labelled = base;
    const colour = isViewed ? palette.foreground : palette.muted;
    write(pen, integer(series.steps[row] ?? 0), LEFT - 8, base - 4, colour, 'right');
    write(pen, apartInWords(series, row, isViewed), width - RIGHT + 12, base - 4, colour);
  });
}

/** "zeros 20.1 %" and what is not finite, counted apart from the bins; that there is neither is said where it is `asked`. */
function apartInWords(series: HistogramSeries, row: number, asked: boolean): string {
  const bins = series.edges.length - 1;
  let all = (series.zeros[row] ?? 0) + (series.nonFinite[row] ?? 0);
  for (let bin = 0; bin < bins; bin++) all += series.counts[row * bins + bin] ?? 0;
  const bad = series.nonFinite[row] ?? 0;
  const zeros = series.zeros[row] ?? 0;
  const apart = [
    ...(zeros > 0 ? [`zeros ${percent(zeros / all)}`] : []),
    ...(bad > 0 ? [`not finite ${integer(bad)}`] : []),
  ];
  return apart.join(', ') || (asked ? 'no zeros' : '');
}

/** At most so many rows, evenly chosen, always with the newest and the one viewed. */
function thinned(rows: readonly number[], most: number, viewed: number): number[] {
  const every = Math.ceil(rows.length / most);
  return rows.filter((row, index) => (rows.length - 1 - index) % every === 0 || row === viewed);
}
