/**
 * What both charts of the timeline share: Chart.js with the pieces in use registered, one axis of steps in the same
 * place, colours from the theme, the line of the step viewed, and series named at the right end.
 */
import {
  BasicPlatform,
  Chart,
  Decimation,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
  type Scale,
} from 'chart.js';
import { pixelRatio, verticalLine, write } from '../shared/canvas.ts';
import { css, type Rgb } from '../shared/colour.ts';
import { integer } from '../shared/format.ts';
import { recorderOf } from '../shared/svgRecording.ts';
import { SvgPen } from '../shared/svgPen.ts';
import { currentPalette, type Palette } from '../shared/theme.ts';
import { isNarrow } from './layout.ts';
import { roundSteps } from './stepTicks.ts';
import type { Point, ValueRange } from './axisTicks.ts';
import { apart } from './endLabels.ts';
import { viewedStep, type PageState, type StepRange } from './store.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, Decimation);

export interface EndLabel {
  readonly text: string;
  readonly value: number;
  readonly colour: Rgb;
}

/** What is drawn over the lines. */
export interface Marks {
  readonly title: string;
  readonly labels: readonly EndLabel[];
  /** Rings on the line of the step viewed. */
  readonly rings: readonly { readonly value: number; readonly colour: Rgb }[];
  readonly threshold: number | null;
  /** Steps whose value was not finite: a triangle at the upper edge. */
  readonly notFinite: readonly number[];
}

const LEFT = 56;
const RIGHT = 104;
const RIGHT_NARROW = 76;
/** A number on the axis this near to the handle would lie under its name, CSS pixels. */
const NEAR_HANDLE = 64;
/** Ends of an axis that says nothing. */
const NO_VALUES: ValueRange = { min: 0.1, max: 1 };

export abstract class StepChart {
  readonly canvas: HTMLCanvasElement;
  /** Called after each drawing: the axis may have moved, also when only the page's width changed. */
  onDrawn: (() => void) | null = null;
  protected readonly chart: Chart<'line', Point[]>;
  private readonly overLines: Plugin<'line'> = {
    id: 'marks',
    beforeDatasetsDraw: (chart) => this.drawRange(chart),
    afterDatasetsDraw: (chart) => this.drawMarks(chart),
  };
  private marks: Marks = { title: '', labels: [], rings: [], threshold: null, notFinite: [] };
  private viewed = 0;
  private range: StepRange | null = null;
  private noSteps = true;
  private noValues = true;
  private readonly withAxis: boolean;

  /** `scaleOf` makes the axis of values, which asks whether there are none. */
  constructor(canvas: HTMLCanvasElement, withAxis: boolean, scaleOf: (isEmpty: () => boolean) => object) {
    this.canvas = canvas;
    this.withAxis = withAxis;
    this.chart = new Chart<'line', Point[]>(canvas, {
      type: 'line',
      data: { datasets: [] },
      options: this.options(scaleOf(() => this.noValues)),
      plugins: [this.overLines],
    });
  }

  /** Where a step stands on the canvas, CSS pixels. */
  pixelOf(step: number): number {
    return this.chart.scales['x']?.getPixelForValue(step) ?? 0;
  }

  /** The step under a horizontal position of the canvas. */
  stepAt(x: number): number {
    return Math.round(this.chart.scales['x']?.getValueForPixel(x) ?? 1);
  }

  abstract update(state: PageState): void;

  /** The last step on the axis; 0 while none is known. */
  protected axisEnd(state: PageState): number {
    return lastOnAxis(state);
  }

  /** The ends of the axis of values; null where there are none, and then it has no ticks. */
  protected fit(range: ValueRange | null): void {
    this.noValues = range === null;
    const scale = this.chart.options.scales?.['y'];
    if (scale) Object.assign(scale, range ?? NO_VALUES);
  }

  protected show(state: PageState, datasets: readonly ChartDataset<'line', Point[]>[], marks: Marks): void {
    this.marks = marks;
    this.viewed = viewedStep(state);
    this.range = state.range;
    const { chart } = this;
    datasets.forEach((dataset, index) => {
      const held = chart.data.datasets[index];
      if (held) Object.assign(held, dataset);
      else chart.data.datasets.push(dataset);
    });
    const end = this.axisEnd(state);
    this.noSteps = end === 0;
    const scale = chart.options.scales?.['x'];
    if (scale) Object.assign(scale, { min: 1, max: Math.max(2, end) });
    chart.update('none');
    const { clientWidth, clientHeight } = this.canvas;
    const recorder = recorderOf(this.canvas, clientWidth, clientHeight, pixelRatio());
    if (recorder) this.drawAsSvg(recorder, datasets);
  }

  /** A second chart of the same lines, once, on a pen that writes SVG. */
  private drawAsSvg(pen: SvgPen, datasets: readonly ChartDataset<'line', Point[]>[]): void {
    const { options } = this.chart.config;
    const sheet = new SvgPen(pen.width, pen.height, pixelRatio());
    const copy = new Chart<'line', Point[]>(sheet.canvas as unknown as HTMLCanvasElement, {
      type: 'line',
      platform: BasicPlatform,
      data: { datasets: datasets.map((dataset) => ({ ...dataset })) },
      options: {
        ...options,
        responsive: false,
        devicePixelRatio: pixelRatio(),
        // Lines that are styled by segment are drawn stroke by stroke, not from a browser's path that cannot be read.
        datasets: { line: { ...options?.datasets?.line, segment: {} } },
      },
      plugins: [this.overLines],
    });
    pen.append(sheet, 0, 0);
    // It clears its sheet when it goes.
    copy.destroy();
  }

  private options(yScale: object): ChartOptions<'line'> {
    const smallFont = () => ({ size: 11, family: getComputedStyle(document.body).fontFamily });
    const muted = () => css(currentPalette().muted);
    const grid = () => css(currentPalette().grid);
    const fixedWidth = (scale: Scale) => {
      scale.width = LEFT;
      // No label stands at the ends of the axis, so no room is kept for half a line there.
      scale.paddingTop = scale.paddingBottom = 0;
    };
    return {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: {
        padding: () => ({ left: 0, right: isNarrow() ? RIGHT_NARROW : RIGHT, top: 4, bottom: this.withAxis ? 0 : 6 }),
      },
      plugins: { decimation: { enabled: true, algorithm: 'min-max' } },
      datasets: { line: { pointRadius: 0, borderJoinStyle: 'round' } },
      scales: {
        x: {
          type: 'linear',
          display: this.withAxis,
          min: 1,
          max: 100,
          grid: { display: false },
          border: { display: false },
          afterBuildTicks: (scale) => {
            const near = (NEAR_HANDLE * scale.max) / Math.max(1, scale.width);
            const steps = this.noSteps ? [] : roundSteps(1, scale.max, isNarrow() ? 4 : 10);
            scale.ticks = steps.filter((value) => Math.abs(value - this.viewed) > near).map((value) => ({ value }));
          },
          ticks: {
            color: muted,
            font: smallFont,
            padding: 2,
            autoSkip: false,
            maxRotation: 0,
            callback: (value) => integer(Number(value)),
          },
        },
        y: {
          ...yScale,
          border: { display: false },
          grid: { color: grid, drawTicks: false },
          afterFit: fixedWidth,
          ticks: { color: muted, font: smallFont, padding: 8, ...('ticks' in yScale ? (yScale.ticks as object) : {}) },
        },
      },
    };
  }

  /** The range brushed, behind the lines. */
  private drawRange(chart: Chart<'line'>): void {
    const { range } = this;
    const { x, y } = chart.scales;
    if (!range || !x || !y) return;
    const [left, right] = [x.getPixelForValue(range.from), x.getPixelForValue(range.to)];
    const { band, muted } = currentPalette();
    chart.ctx.save();
    chart.ctx.fillStyle = css(band);
    chart.ctx.fillRect(left, y.top, Math.max(1, right - left), y.bottom - y.top);
    for (const at of [left, right]) verticalLine(chart.ctx, at, y.top, y.bottom, muted);
    chart.ctx.restore();
  }

  private drawMarks(chart: Chart<'line'>): void {
    const { x, y } = chart.scales;
    if (!x || !y) return;
    const pen = chart.ctx;
    const palette = currentPalette();
    pen.save();
    pen.font = palette.font;
    pen.textBaseline = 'middle';
    const top = y.ticks.reduce((highest, { value }) => Math.max(highest, value), -Infinity);
    write(pen, this.marks.title, 0, Number.isFinite(top) ? y.getPixelForValue(top) : y.top + 4, palette.muted);
    if (this.marks.threshold !== null) this.drawThreshold(pen, y.getPixelForValue(this.marks.threshold), x, palette);
    for (const step of this.marks.notFinite) drawTriangle(pen, x.getPixelForValue(step), y.top, palette.bad);
    this.drawEndLabels(pen, x.right + 8, y);
    if (this.viewed > 0) this.drawHandle(chart, x.getPixelForValue(this.viewed), x.right, y, palette);
    pen.restore();
    if (chart === this.chart) this.onDrawn?.();
  }

  private drawThreshold(pen: CanvasRenderingContext2D, at: number, { left, right }: Scale, palette: Palette): void {
    pen.strokeStyle = css(palette.foreground);
    pen.lineWidth = 1;
    pen.setLineDash([2, 3]);
    pen.beginPath();
    pen.moveTo(left, Math.round(at) + 0.5);
    pen.lineTo(right, Math.round(at) + 0.5);
    pen.stroke();
    pen.setLineDash([]);
  }

  private drawEndLabels(pen: CanvasRenderingContext2D, x: number, y: Scale): void {
    const placed = this.marks.labels
      .map((label) => ({ ...label, at: Math.max(y.top + 4, Math.min(y.bottom - 6, y.getPixelForValue(label.value))) }))
      .filter(({ at }) => Number.isFinite(at))
      .sort((a, b) => a.at - b.at);
    const heights = apart(
      placed.map(({ at }) => at),
      y.top + 4,
      y.bottom,
    );
    placed.forEach(({ text, colour }, index) => write(pen, text, x, heights[index] ?? 0, colour));
  }

  private drawHandle(chart: Chart<'line'>, at: number, right: number, y: Scale, palette: Palette): void {
    const pen = chart.ctx;
    verticalLine(pen, at - 0.5, 0, this.withAxis ? y.bottom + 2 : chart.height, palette.foreground);
    for (const { value, colour } of this.marks.rings) {
      const height = y.getPixelForValue(value);
      if (!Number.isFinite(height)) continue;
      pen.fillStyle = css(palette.background);
      pen.strokeStyle = css(colour);
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(at, height, 3.5, 0, 7);
      pen.fill();
      pen.stroke();
    }
    if (!this.withAxis) return;
    const text = `step ${integer(this.viewed)}`;
    const half = pen.measureText(text).width / 2 + 5;
    const middle = Math.max(half, Math.min(right + 2 - half, at));
    pen.fillStyle = css(palette.foreground);
    pen.beginPath();
    pen.roundRect(middle - half, y.bottom + 2, 2 * half, 15, 2);
    pen.fill();
    write(pen, text, middle, y.bottom + 10, palette.background, 'center');
  }
}

function drawTriangle(pen: CanvasRenderingContext2D, x: number, top: number, colour: Rgb): void {
  pen.fillStyle = css(colour);
  pen.beginPath();
  pen.moveTo(x - 5, top);
  pen.lineTo(x + 5, top);
  pen.lineTo(x, top + 8);
  pen.fill();
}

/** The right end of the axis: the planned steps when they are near or nothing has come yet, else room to grow; 0 without either. */
function lastOnAxis({ history, summary }: PageState): number {
  const newest = history.lastStep;
  const planned = summary?.plannedSteps ?? 0;
  const live = summary?.status === 'running' || summary?.status === 'starting';
  if (newest === 0) return planned;
  if (!live) return newest;
  const room = 2 ** Math.ceil(Math.log2(Math.max(32, newest * 1.15)));
  return Math.max(newest, Math.min(planned, room));
}
