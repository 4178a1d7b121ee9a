/** Training loss, raw and smoothed, and validation loss over steps; or all of it as perplexity. */
import type { ChartDataset } from 'chart.js';
import { css, mix } from '../shared/colour.ts';
import { fixed, integer } from '../shared/format.ts';
import { currentPalette } from '../shared/theme.ts';
import { rangeOf, type Point } from './axisTicks.ts';
import { lossCurve } from './lossCurve.ts';
import { viewedStep, type PageState } from './store.ts';
import { lossScale } from './valueScales.ts';
import { StepChart } from './stepChart.ts';

export class LossChart extends StepChart {
  constructor(canvas: HTMLCanvasElement) {
    super(canvas, false, lossScale);
  }

  update(state: PageState): void {
    const palette = currentPalette();
    const { history, measure } = state;
    const { raw, smooth, valid, notFinite } = lossCurve(history, measure);
    const viewed = smooth[history.indexOf(viewedStep(state))]?.y ?? NaN;
    const last = raw.at(-1)?.y ?? NaN;
    const lastValid = valid.at(-1)?.y ?? NaN;
    const datasets: ChartDataset<'line', Point[]>[] = [
      {
        data: raw,
        borderWidth: 1,
        borderColor: css(mix(palette.background, palette.train, palette.highContrast ? 0.7 : 0.5)),
      },
      { data: smooth, borderWidth: 1.75, borderColor: css(palette.train) },
      {
        data: valid,
        borderWidth: 1.25,
        borderColor: css(palette.valid),
        pointRadius: 2.5,
        // A plain colour would be kept when the theme changes.
        pointBackgroundColor: () => css(currentPalette().valid),
        pointBorderWidth: 0,
        borderDash: palette.highContrast ? [4, 2] : [],
      },
    ];
    this.fit(rangeOf([...raw, ...valid]));
    this.show(state, datasets, {
      title: measure === 'loss' ? 'loss' : 'ppl',
      labels: [
        { text: `train ${fixed(last, 2)}`, value: smooth.at(-1)?.y ?? NaN, colour: palette.train },
        { text: `valid ${fixed(lastValid, 2)}`, value: lastValid, colour: palette.valid },
      ],
      rings: [{ value: viewed, colour: palette.train }],
      threshold: null,
      notFinite,
    });
    this.canvas.setAttribute('aria-label', this.inWords(state, raw, valid, notFinite));
  }

  private inWords(
    state: PageState,
    raw: readonly Point[],
    valid: readonly Point[],
    notFinite: readonly number[],
  ): string {
    const name = state.measure === 'loss' ? 'loss' : 'perplexity';
    const first = raw.find(({ y }) => Number.isFinite(y));
    const last = raw.findLast(({ y }) => Number.isFinite(y));
    if (!first || !last) return `Training ${name} over steps: nothing recorded yet`;
    const way = last.y < first.y ? 'falls' : last.y > first.y ? 'rises' : 'stays';
    const sentences = [
      `Training ${name} ${way} from ${fixed(first.y, 3)} to ${fixed(last.y, 3)} over steps ${integer(first.x)} to ${integer(last.x)}.`,
    ];
    const lastValid = valid.at(-1);
    if (lastValid) sentences.push(`Validation ${name} ${fixed(lastValid.y, 3)} at step ${integer(lastValid.x)}.`);
    if (notFinite.length > 0) sentences.push(`Not finite at step ${integer(notFinite[0] ?? 0)}.`);
    sentences.push(`Viewing step ${integer(viewedStep(state))}.`);
    return sentences.join(' ');
  }
}
