/** Gradient norm over steps on a log axis, before clipping; where it was clipped, the norm after; the threshold as a rule. */
import type { ChartDataset, Scale } from 'chart.js';
import { css } from '../shared/colour.ts';
import { count, integer, probability, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { isNarrow } from './layout.ts';
import { viewedStep, type PageState } from './store.ts';
import { StepChart, type Point } from './stepChart.ts';

export class GradientChart extends StepChart {
  constructor(canvas: HTMLCanvasElement) {
    super(canvas, true, {
      type: 'logarithmic',
      afterBuildTicks: (scale: Scale) => {
        scale.ticks = logTicks(scale.min, scale.max).map((value) => ({ value }));
      },
      ticks: { callback: (value: number) => String(Number(value.toPrecision(1))) },
    });
  }

  update(state: PageState): void {
    const palette = currentPalette();
    const { history } = state;
    const clip = state.description?.config.clip ?? 0;
    const steps = history.column('step').values();
    const before: Point[] = [];
    const after: Point[] = [];
    const notFinite: number[] = [];
    let clippedSteps = 0;
    let [low, high] = [Infinity, 0];
    for (let index = 0; index < steps.length; index++) {
      const x = steps[index] ?? NaN;
      const norm = history.column('gradNorm').at(index);
      const clipped = history.column('gradNormClipped').at(index);
      const isClipped = clip > 0 && norm > clip;
      if (!Number.isFinite(norm)) notFinite.push(x);
      if (isClipped) clippedSteps++;
      if (norm > 0 && Number.isFinite(norm)) [low, high] = [Math.min(low, norm), Math.max(high, norm)];
      before.push({ x, y: norm > 0 && Number.isFinite(norm) ? norm : NaN });
      after.push({ x, y: isClipped ? clipped : NaN });
    }
    this.fit(low, high, clip);
    const index = history.indexOf(viewedStep(state));
    const last = history.column('gradNorm').at(history.length - 1);
    const datasets: ChartDataset<'line', Point[]>[] = [
      { data: before, borderWidth: 1.25, borderColor: css(palette.norm) },
      { data: after, borderWidth: 2, borderColor: css(palette.clipped) },
    ];
    const narrow = isNarrow();
    const labels = Number.isFinite(last)
      ? [{ text: `${narrow ? 'norm' : 'before clip'} ${significant(last, 2)}`, value: last, colour: palette.norm }]
      : [];
    if (clip > 0)
      labels.push({
        text: `${narrow ? 'clip' : 'clipped to'} ${probability(clip)}`,
        value: clip,
        colour: palette.clipped,
      });
    this.show(state, datasets, {
      title: 'grad',
      labels,
      rings: [{ value: before[index]?.y ?? NaN, colour: palette.norm }],
      threshold: clip > 0 ? clip : null,
      notFinite,
    });
    const range = history.length > 0 && high > 0 ? `, between ${significant(low)} and ${significant(high)}` : '';
    const limit = clip > 0 ? ` Clipped to ${probability(clip)} in ${count(clippedSteps, 'step')}.` : ' Not clipped.';
    this.canvas.setAttribute(
      'aria-label',
      history.length === 0
        ? 'Gradient norm over steps: nothing recorded yet'
        : `Gradient norm before clipping ${significant(last)} at step ${integer(history.lastStep)}${range}.${limit} Viewing step ${integer(viewedStep(state))}.`,
    );
  }

  /** The axis holds all norms and the threshold, and at least one power of ten to read it by. */
  private fit(low: number, high: number, clip: number): void {
    let min = Math.min(low, clip > 0 ? clip : Infinity, high > 0 ? high : 0.1) / 1.3;
    let max = Math.max(high, clip, min * 2) * 1.2;
    if (!Number.isFinite(min) || min <= 0) [min, max] = [0.05, 1];
    if (powersOfTen(min, max).length === 0) {
      const below = 10 ** Math.floor(Math.log10(min));
      if (min / below < (10 * below) / max) min = below;
      else max = 10 * below;
    }
    const scale = this.chart.options.scales?.['y'];
    if (scale) Object.assign(scale, { min, max });
  }
}

/** Powers of ten; where only one is in sight, five times it or a fifth of it tells how the axis goes on. */
function logTicks(min: number, max: number): number[] {
  const powers = powersOfTen(min, max);
  const [only = 0] = powers;
  if (powers.length !== 1) return powers;
  return [only / 5, only, 5 * only].map((value) => Number(value.toPrecision(1))).filter((at) => at >= min && at <= max);
}

function powersOfTen(min: number, max: number): number[] {
  const powers: number[] = [];
  for (let exponent = Math.ceil(Math.log10(min) - 1e-9); 10 ** exponent <= max * (1 + 1e-9); exponent++)
    powers.push(Number(`1e${exponent}`));
  // Three labels are enough to read a log axis by.
  const every = Math.ceil(powers.length / 3);
  return powers.filter((_, index) => index % every === 0);
}
