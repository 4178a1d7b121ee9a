/** Gradient norm over steps on a log axis, before clipping; where it was clipped, the norm after; the threshold as a rule. */
import type { ChartDataset } from 'chart.js';
import { css } from '../shared/colour.ts';
import { count, integer, probability, significant } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { logRange, type Point } from './axisTicks.ts';
import { isNarrow } from './layout.ts';
import { viewedStep, type PageState } from './store.ts';
import { normScale } from './valueScales.ts';
import { StepChart } from './stepChart.ts';

export class GradientChart extends StepChart {
  constructor(canvas: HTMLCanvasElement) {
    super(canvas, true, normScale);
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
    this.fit(logRange(low, high, clip));
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
}
