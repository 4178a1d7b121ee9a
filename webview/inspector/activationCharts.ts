/**
 * What one LSTM layer gave out over the run, as two pictures over the same axis of steps: the mean of its outputs with a
 * band of two standard deviations, and the share of saturated gates. A series is told by its dashes and its name too.
 */
import type { ActivationSeries, LayerActivations } from '../../src/shared/stepContract.ts';
import { polyline, prepare, verticalLine, write } from '../shared/canvas.ts';
import { css, mix, type Rgb } from '../shared/colour.ts';
import { integer, percent, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { roundTicks } from './axisTicks.ts';
import { gateLetters } from '../shared/gates.ts';
import { roundSteps } from './stepTicks.ts';

const LEFT = 44;
const TOP = 8;
const BOTTOM = 18;
const LABEL = 13;
const GATES = 4;
/** Width of the band in standard deviations, to both sides. */
export const BAND = 2;
/** Recorded steps at least so far apart, CSS pixels, are marked each: what lies between was not recorded. */
const MARKED_FROM = 12;
const MARK = 2;
const DASHES: readonly (readonly number[])[] = [[], [6, 2], [2, 2], [6, 2, 2, 2]];

export interface ActivationDrawing {
  readonly series: ActivationSeries;
  readonly layer: LayerActivations;
  /** Indices of the recorded steps within the range brushed, ascending. */
  readonly rows: readonly number[];
  /** Index of the one at or before the step viewed, or -1. */
  readonly viewed: number;
  /** Steps at the ends of the axis. */
  readonly from: number;
  readonly to: number;
  /** CSS pixels of one picture. */
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly label: string;
  readonly colour: Rgb;
  readonly dash: readonly number[];
  /** By index of the series. */
  readonly values: ArrayLike<number>;
}

export function drawOutputs(canvas: HTMLCanvasElement, drawing: ActivationDrawing): void {
  const { mean, deviation } = drawing.layer;
  const { rows } = drawing;
  const palette = currentPalette();
  const edge = (sign: 1 | -1) => mean.map((value, row) => value + sign * BAND * deviation[row]!);
  const [upper, lower] = [edge(1), edge(-1)];
  const finite = rows.flatMap((row) => [upper[row]!, lower[row]!]).filter(Number.isFinite);
  const largest = Math.max(0.01, ...finite.map(Math.abs)) * 1.08;
  const last = rows.at(-1) ?? -1;
  const named = (name: string, values: ArrayLike<number>) => `${name} ${significant(values[last] ?? NaN, 2)}`;
  const lines: readonly Line[] = [
    { label: named('mean', mean), colour: palette.train, dash: [], values: mean },
    { label: named(`+${BAND}σ`, upper), colour: palette.muted, dash: DASHES[2]!, values: upper },
    { label: named(`\u2212${BAND}σ`, lower), colour: palette.muted, dash: DASHES[2]!, values: lower },
  ];
  const tick = roundBelow(largest);
  const plot = new Plot(canvas, drawing, lines, { low: -largest, high: largest, ticks: [-tick, 0, tick] }, (value) =>
    value === 0 ? '0' : significant(value, 1),
  );
  plot.band(lower, upper, mix(palette.background, palette.train, palette.highContrast ? 0.45 : 0.28));
  plot.lines();
}

export function drawSaturation(canvas: HTMLCanvasElement, drawing: ActivationDrawing): void {
  const { saturation } = drawing.layer;
  const { rows } = drawing;
  const palette = currentPalette();
  const colours = [palette.train, palette.valid, palette.norm, palette.clipped];
  const last = rows.at(-1) ?? -1;
  const lines = colours.map((colour, gate): Line => {
    const values = drawing.series.steps.map((_, row) => saturation[row * GATES + gate] ?? NaN);
    return { label: `${gateLetters[gate]} ${percent(values[last] ?? NaN)}`, colour, dash: DASHES[gate] ?? [], values };
  });
  const shares = rows.flatMap((row) => lines.map(({ values }) => values[row] ?? NaN)).filter(Number.isFinite);
  const most = Math.min(1, Math.max(0.04, ...shares) * 1.08);
  const axis = { low: 0, high: most, ticks: roundTicks(0, most) };
  new Plot(canvas, drawing, lines, axis, (value) => percent(value, 0)).lines();
}

/** The largest of 1, 2 and 5 times a power of ten that is not above `value`. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(((value < 2 * power ? 1 : value < 5 * power ? 2 : 5) * power).toPrecision(1));
}

interface ValueRange {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** One picture: axes when it is made, then bands and lines with their names at the right end. */
class Plot {
  private readonly pen: CanvasRenderingContext2D;
  private readonly drawing: ActivationDrawing;
  private readonly bottom: number;
  private readonly right: number;
  private readonly series: readonly Line[];
  private readonly axis: ValueRange;

  constructor(
    canvas: HTMLCanvasElement,
    drawing: ActivationDrawing,
    series: readonly Line[],
    axis: ValueRange,
    name: (value: number) => string,
  ) {
    const { width, height, from, to } = drawing;
    const { grid, muted } = currentPalette();
    const pen = prepare(canvas, width, height);
    this.pen = pen;
    this.drawing = drawing;
    this.bottom = height - BOTTOM;
    // Names take the room that they need, whatever the font.
    this.right = width - 10 - Math.max(...series.map(({ label }) => pen.measureText(label).width));
    this.series = series;
    this.axis = axis;
    for (const tick of axis.ticks) {
      pen.fillStyle = css(grid);
      pen.fillRect(LEFT, Math.round(this.y(tick)), this.right - LEFT, 1);
      write(pen, name(tick), LEFT - 6, this.y(tick), muted, 'right');
    }
    for (const step of roundSteps(from, to, Math.max(2, Math.floor((this.right - LEFT) / 44))))
      write(pen, integer(step), this.x(step), this.bottom + 10, muted, 'center');
  }

  band(lower: ArrayLike<number>, upper: ArrayLike<number>, colour: Rgb): void {
    const finite = this.drawing.rows.filter((row) => Number.isFinite(lower[row]) && Number.isFinite(upper[row]));
    const { pen } = this;
    pen.beginPath();
    for (const [x, y] of [...this.points(finite, upper), ...this.points(finite, lower).reverse()]) pen.lineTo(x, y);
    pen.closePath();
    pen.fillStyle = css(colour);
    pen.fill();
  }

  lines(): void {
    const { pen, drawing, series: lines } = this;
    const { rows, viewed, series } = drawing;
    for (const { colour, dash, values } of lines) {
      pen.setLineDash([...dash]);
      polyline(pen, this.points(rows, values), colour, 1.5);
    }
    pen.setLineDash([]);
    for (const { colour, values } of lines) this.marks(this.points(rows, values), colour);
    const last = rows.at(-1) ?? -1;
    const labels = lines
      .map(({ label, colour, values }) => ({ label, colour, at: this.y(values[last] ?? NaN) }))
      .filter(({ at }) => Number.isFinite(at))
      .sort((a, b) => a.at - b.at);
    // From above, each at its line or under the one before; then from below, so that none leaves the picture.
    labels.forEach((label, index) => (label.at = Math.max(label.at, (labels[index - 1]?.at ?? TOP - LABEL) + LABEL)));
    for (let index = labels.length - 1; index >= 0; index--)
      labels[index]!.at = Math.min(labels[index]!.at, (labels[index + 1]?.at ?? this.bottom + LABEL) - LABEL);
    for (const { label, colour, at } of labels) write(pen, label, this.right + 6, at, colour);
    if (viewed >= 0)
      verticalLine(pen, this.x(series.steps[viewed] ?? 0), TOP, this.bottom, currentPalette().foreground);
  }

  /** A dot a recorded step, where they are few: a lone one would not be seen otherwise. */
  private marks(points: readonly (readonly [number, number])[], colour: Rgb): void {
    if (points.length > (this.right - LEFT) / MARKED_FROM) return;
    const { pen } = this;
    pen.fillStyle = css(colour);
    for (const [x, y] of points) {
      if (!Number.isFinite(y)) continue;
      pen.beginPath();
      pen.arc(x, y, MARK, 0, 7);
      pen.fill();
    }
  }

  private points(rows: readonly number[], values: ArrayLike<number>): [number, number][] {
    return rows.map((row) => [this.x(this.drawing.series.steps[row] ?? 0), this.y(values[row] ?? NaN)]);
  }

  private x(step: number): number {
    const { from, to } = this.drawing;
    return LEFT + ((step - from) / Math.max(1, to - from)) * (this.right - LEFT);
  }

  private y(value: number): number {
    return this.bottom - ((value - this.axis.low) / (this.axis.high - this.axis.low)) * (this.bottom - TOP);
  }
}
